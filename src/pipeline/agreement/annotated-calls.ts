import { readModule } from '../../python/python-module.ts';
import type { FunctionNode, ParameterNode, StatementNode } from '../../python/tree/tree.ts';
import type { Random } from '../../statistics/random.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { makeValue, readType } from './annotated-value.ts';
import type { ProbeArgument, ProbeCall } from './probe-call.ts';

const MOST_MADE = 12;

/** Calls made up from the annotations of the entry point's parameters, in the prompt or else in the first draft that has them all; empty where nothing has. */
export function annotatedCalls(prompt: TaskPrompt, drafts: readonly string[], random: Random): ProbeCall[] {
  for (const source of [statedSignature(prompt), ...drafts]) {
    const call = callOf(source, prompt.entryPoint);
    if (call !== null) return Array.from({ length: MOST_MADE }, () => call(random));
  }
  return [];
}

/** What the prompt says of the signature, as Python: all of a stub, or `def f(n: int): ...` where a description has `f(n: int)`. */
function statedSignature({ form, text, entryPoint }: TaskPrompt): string {
  if (form === 'signature') return text;
  const start = text.indexOf(`${entryPoint}(`);
  const end = start < 0 ? -1 : closingBracket(text, start + entryPoint.length);
  return end < 0 ? '' : `def ${text.slice(start, end + 1)}: ...`;
}

/** Where the bracket that opens at `from` is closed; -1 where it is not. */
function closingBracket(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if ('([{'.includes(text[at]!)) depth += 1;
    if (')]}'.includes(text[at]!)) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

/** What makes calls of a function that a source defines; null where a parameter has no type that values can be made of. */
function callOf(source: string, name: string): ((random: Random) => ProbeCall) | null {
  const { tree } = readModule(source);
  const defined = definedAs(tree.body, name);
  const parameters = defined?.parameters.filter(isNeeded) ?? [];
  const makers = parameters.map((parameter) => argumentOf(parameter, source));
  if (makers.length === 0 || makers.some((maker) => maker === null)) return null;
  return (random) => makers.map((make) => make!(random));
}

/** The function of that name; of the other name too, where `name = other` makes it one. */
function definedAs(body: readonly StatementNode[], name: string): FunctionNode | null {
  const defined = body.findLast((node) => node.kind === 'function' && node.name.name === name);
  if (defined?.kind === 'function') return defined;
  const other = body.map((node) => otherName(node, name)).findLast((one) => one !== null);
  const meant = body.findLast((node) => node.kind === 'function' && node.name.name === other);
  return meant?.kind === 'function' ? meant : null;
}

/** `other` of the statement `name = other`; null of any else. */
function otherName(node: StatementNode, name: string): string | null {
  if (node.kind !== 'assignment' || node.value?.kind !== 'name') return null;
  const [target] = node.targets;
  return target?.kind === 'name' && target.name === name ? node.value.name : null;
}

/** Whether a call has to give it, or says with an annotation what it may give. */
function isNeeded({ type, annotation, default: fallback }: ParameterNode): boolean {
  if (type === 'rest' || type === 'keywords') return false;
  return fallback === null || (annotation !== null && type === 'positional');
}

function argumentOf(
  { type, name, annotation }: ParameterNode,
  source: string,
): ((random: Random) => ProbeArgument) | null {
  const read = annotation && readType(annotation, source);
  if (read === null) return null;
  const before = type === 'keyword-only' ? `${name}=` : '';
  return (random) => ({ before, value: makeValue(read, random) });
}
