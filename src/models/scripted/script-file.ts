import { z } from 'zod';
import { sleep } from '../../base/concurrency.ts';
import { ModelFault, Refusal } from '../../base/errors.ts';
import { matchesGlob } from '../../base/glob.ts';
import { sha256 } from '../../base/hash.ts';
import { firstIssue } from '../../base/issue-text.ts';
import { readText } from '../../base/read-file.ts';
import { parseYaml } from '../../base/yaml.ts';
import type { CompletionRequest, Draw } from '../model.ts';
import { type ScriptAnswer, ScriptedModel } from './scripted-model.ts';

const count = z.number().int().nonnegative();

const ruleSchema = z.strictObject({
  task: z.string().optional(),
  role: z.enum(['generator', 'analyzer', 'refiner']).optional(),
  attempt: count.optional(),
  repeat: count.optional(),
  text: z.string(),
  finish_reason: z.enum(['stop', 'length', 'other']).default('stop'),
  delay_seconds: z.number().nonnegative().max(86_400).default(0),
});

/** One rule of a script: an answer for the draws that have all it names; `*` in a task stands for any text. */
type ScriptRule = z.infer<typeof ruleSchema>;

/** A ScriptedModel that follows a script file: a YAML or JSON list of rules, of which the first that matches a draw answers it. */
export class ScriptFileModel extends ScriptedModel {
  readonly #load: () => readonly ScriptRule[];
  readonly #path: string;

  constructor(path: string) {
    const load = once(() => parseScript(readText(path), path));
    super(path, (request, signal) => answerByRules(load(), path)(request, signal));
    this.#load = load;
    this.#path = path;
  }

  /** What the file holds is all that answers depend on. */
  async identity(): Promise<string> {
    return `scripted ${sha256(readText(this.#path))}`;
  }

  /** Reads the file; throws a Refusal that names what is wrong with it. */
  override async prepare(signal?: AbortSignal): Promise<void> {
    await super.prepare(signal);
    this.#load();
  }
}

/** Reads the rules of a script; refuses unknown keys. */
export function parseScript(text: string, path: string): readonly ScriptRule[] {
  const rules = z.array(ruleSchema).safeParse(parseYaml(text, path));
  if (rules.success) return rules.data;
  const { place, message } = firstIssue(rules.error);
  const at = place === '' ? '' : ` at ${place}`;
  const expected = 'expected a list of rules {task?, role?, attempt?, repeat?, text}';
  throw new Refusal(`${path}: ${expected}${at}: ${message}`, { cause: rules.error });
}

/** Answers by the first rule that matches; throws a ModelFault that names the draw where none does. */
export function answerByRules(rules: readonly ScriptRule[], path: string): ScriptAnswer {
  return async ({ draw }: CompletionRequest, signal?: AbortSignal) => {
    const rule = rules.find((candidate) => matches(candidate, draw));
    if (rule === undefined) throw new ModelFault('refused', `${path} has no rule for ${describe(draw)}; add one`);
    if (rule.delay_seconds > 0) await sleep(rule.delay_seconds, signal);
    return { text: rule.text, finishReason: rule.finish_reason, seconds: rule.delay_seconds };
  };
}

function matches(rule: ScriptRule, draw: Draw): boolean {
  return (
    (rule.task === undefined || matchesGlob(draw.taskId, rule.task)) &&
    (rule.role ?? draw.role) === draw.role &&
    (rule.attempt ?? draw.attempt) === draw.attempt &&
    (rule.repeat ?? draw.repeat) === draw.repeat
  );
}

function describe({ taskId, role, attempt, repeat }: Draw): string {
  return `task ${taskId}, role ${role}, attempt ${attempt}, repeat ${repeat}`;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
