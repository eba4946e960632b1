import type { Message } from '../models/model.ts';
import type { NoTask } from './no-task.ts';

/** Instructions of a chat client have some 2,000 characters at most; those of agents begin at 8,000. */
const LONGEST_INSTRUCTIONS = 4_000;
/** As long as the longest task: more fits no small model's context. */
const LONGEST_CONVERSATION = 50_000;
/** A chat of thirty turns; agents reach it by calls of tools. */
const MOST_MESSAGES = 60;

/** How far into a message its opening is looked for. */
const OPENING = 400;

/** Why a client's request is its own affair, whatever its user wrote; null where nothing says so. */
export function clientChore(messages: readonly Message[]): NoTask | null {
  const system = textOf(messages, 'system');
  if (messages.length > MOST_MESSAGES || lengthOf(messages) > LONGEST_CONVERSATION) return 'long';
  if (system.length > LONGEST_INSTRUCTIONS) return 'agent';
  const last = messages.at(-1)!.content;
  return choreInInstructions(system) ?? choreInMessage(last) ?? choreInAny(textOf(messages, 'user'));
}

function textOf(messages: readonly Message[], role: Message['role']): string {
  return messages
    .filter((message) => message.role === role)
    .map(({ content }) => content)
    .join('\n\n');
}

function lengthOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + content.length, 0);
}

const AGENT =
  /\byou are (?:cline|roo|kilo code|codex|claude code|opencode)\b|\b(?:coding|CLI) agent\b|\bcommand-line (?:tool|agent)\b|<environment_details>|<environment_context>|<system-reminder>|<user_instructions>/i;
const TOOLS_IN_TEXT =
  /<(?:replace_in_file|write_to_file|apply_diff|execute_command|attempt_completion|read_file|tool_name|tool_call|function_calls|invoke)\b|\bavailable tools:/i;
const EDIT =
  /\bSEARCH\/REPLACE\b|<<<<<<< (?:SEARCH|ORIGINAL)|\*file listing\*|\*edit block\*|\*\*\* Begin Patch|\bunified diffs?\b/;
const HOLE =
  /<[|｜]fim|<fim_(?:prefix|suffix|middle)>|\[SUFFIX\]|<PRE>|<SUF>|<\|code_(?:prefix|suffix)\|>|\{\{FILL_HERE\}\}|\[BLANK\]|\bHOLE FILLER\b|<COMPLETION>|<\|?cursor\|?>/i;
const TITLE =
  /\b(?:pithy|concise|brief|short|\d+-\d+ word)[^.\n]{0,60}\b(?:titles?|summary|summaries|name|tags)\b|\btitle generator\b|\bcommit messages?\b|\b(?:session|conversation|chat) title\b/i;
const FORMAT = /\b(?:respond|reply|answer)\b[^.\n]{0,40}\bJSON\b/i;

function choreInInstructions(system: string): NoTask | null {
  if (TITLE.test(system) || isAboutConversation(system)) return 'title';
  if (HOLE.test(system)) return 'completion';
  if (EDIT.test(system)) return 'edit';
  if (AGENT.test(system) || TOOLS_IN_TEXT.test(system)) return 'agent';
  return FORMAT.test(system) ? 'format' : null;
}

function choreInMessage(text: string): NoTask | null {
  if (/^\s{0,20}#{1,4} ?Task:/.test(text)) return 'chore';
  if (/\bdata:image\/|!\[[^\]\n]{0,200}\]\(/.test(text)) return 'image';
  if (isAboutConversation(text) || REPLY_WITH_TITLE.test(text.slice(0, OPENING))) return 'title';
  return isBareEdit(text) ? 'edit' : null;
}

/** What stands in a message of the user, earlier ones too, and rules out that a person wrote it. */
function choreInAny(text: string): NoTask | null {
  if (HOLE.test(text)) return 'completion';
  if (EDIT.test(text)) return 'edit';
  if (/^\s{0,20}<task>/.test(text)) return 'agent';
  return AGENT.test(text) || TOOLS_IN_TEXT.test(text) ? 'agent' : null;
}

const REPLY_WITH_TITLE = /\b(?:reply|respond|answer) with (?:just |only )?an? (?:\w+ ){0,3}(?:title|summary|name)\b/i;
const ABOUT_ITSELF = /\b(?:titles?|summary|summari[sz]e|tags|commit messages?|follow-up questions|search queries)\b/i;
const ITSELF = /\b(?:conversation|chat|history|messages?|following|above|diffs?|changes|request|asking)\b/i;
const CODE = /\b(?:functions?|class|method|python)\b/i;

/** True where the opening of a text asks for a title, summary or the like of a conversation or of changes. */
function isAboutConversation(text: string): boolean {
  const opening = text.slice(0, OPENING).split(/(?<=[.!?:])\s|\n/);
  const sentences = opening.slice(0, 3);
  return sentences.some((one) => ABOUT_ITSELF.test(one) && ITSELF.test(one) && !CODE.test(one));
}

const BARE_EDIT =
  /\bsection of code in a file to be rewritten\b|\bthis is the code to rewrite\b|\brewrite the (?:above|entire) file\b|\bonly output the code changes\b|\bDO NOT (?:output any natural language|surround the code)\b|\bsuggested as an edit\b|^diff -{2}git |^@@ -\d/im;

function isBareEdit(text: string): boolean {
  return BARE_EDIT.test(text);
}
