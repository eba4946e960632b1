import { readModule } from '../../python/python-module.ts';
import type { FunctionNode, ParameterNode } from '../../python/tree/tree.ts';
import type { Random } from '../../statistics/random.ts';
import type { TaskPrompt } from '../../tasks/task.ts';
import { makeValue, readType } from './annotated-value.ts';
import type { ProbeArgument, ProbeCall } from './probe-call.ts';

const MOST_MADE = 12;

/** Calls made up from the annotations of the entry point's parameters, in the prompt or else in the first draft that has them all; empty where nothing has. */
export function annotatedCalls(prompt: TaskPrompt, drafts: readonly string[], random: Random): ProbeCall[] {
  const sources = prompt.form === 'signature' ? [prompt.text, ...drafts] : drafts;
  for (const source of sources) {
    const call = callOf(source, prompt.entryPoint);
    if (call !== null) return Array.from({ length: MOST_MADE }, () => call(random));
  }
  return [];
}

/** What makes calls of a function that a source defines; null where a parameter has no type that values can be made of. */
function callOf(source: string, name: string): ((random: Random) => ProbeCall) | null {
  const { tree } = readModule(source);
  const defined = tree.body.findLast(
    (node): node is FunctionNode => node.kind === 'function' && node.name.name === name,
  );
  const parameters = defined?.parameters.filter(isNeeded) ?? [];
  const makers = parameters.map((parameter) => argumentOf(parameter, source));
  if (makers.length === 0 || makers.some((maker) => maker === null)) return null;
  return (random) => makers.map((make) => make!(random));
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
