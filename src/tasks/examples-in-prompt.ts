import { findFunction, type Parameter } from '../python/definitions.ts';
import { findDoctests } from '../python/doctests.ts';
import { findCallLines } from './call-lines.ts';
import { endOfLogicalLine } from './call-text.ts';
import { doctestStatement } from './doctest-example.ts';
import { type ExampleScope, exampleScope, readAssert } from './example-statement.ts';
import { findInputOutputExamples, parametersInProse } from './input-output-examples.ts';
import { plainAssert } from './plain-tokens.ts';
import { findSentenceExamples } from './sentence-examples.ts';
import type { Example } from './task.ts';

/** Where examples are looked for, and what they may name. */
interface ExampleSearch {
  readonly entryPoint: string;
  /** Source of the imports and helpers that the prompt itself gives. */
  readonly context: string;
}

/** Tests that a signature prompt shows in the docstring of the entry point, as assert statements; each once. */
export function examplesInSignature(prompt: string, search: ExampleSearch): Example[] {
  const definition = findFunction(prompt, search.entryPoint);
  if (definition === null) return [];
  const decoded = examplesIn(definition.docstring ?? '', definition.parameters, search);
  if (!definition.statement.text.includes('\\')) return decoded;
  // A docstring often writes \n where its author meant the two characters: then only the source can be read.
  const written = examplesIn(definition.statement.text, definition.parameters, search);
  return written.length > decoded.length ? written : decoded;
}

/**
 * Tests that free text shows, be it prose, Markdown or code: doctests, assert lines, `f(x) == y` lines, inputs and outputs, sentences; each once.
 * Where its `code` is given apart and defines no such function, the prose tells the parameters.
 */
export function examplesInText(text: string, search: ExampleSearch & { readonly code?: string }): Example[] {
  const { code, entryPoint } = search;
  const spokenSignature = code === undefined ? [] : parametersInProse(text, entryPoint);
  const parameters = findFunction(code ?? text, entryPoint)?.parameters ?? spokenSignature;
  const spoken = findSentenceExamples(text, exampleScope(search.entryPoint, search.context));
  return examplesIn(text, parameters, search, spoken);
}

function examplesIn(
  text: string,
  parameters: readonly Parameter[],
  { entryPoint, context }: ExampleSearch,
  spoken: readonly string[] = [],
): Example[] {
  const scope = exampleScope(entryPoint, context);
  const sources = [
    ...findDoctests(text).flatMap((doctest) => doctestStatement(doctest, scope) ?? []),
    ...findAsserts(text, scope),
    ...findCallLines(text, scope),
    ...findInputOutputExamples(text, parameters, scope),
    ...spoken,
  ];
  return withoutRepeats(sources, entryPoint).map((source) => ({ source }));
}

function withoutRepeats(sources: readonly string[], entryPoint: string): string[] {
  const byMeaning = new Map<string, string>();
  for (const source of sources) {
    const meaning = plainAssert(source, entryPoint);
    if (!byMeaning.has(meaning)) byMeaning.set(meaning, source);
  }
  return [...byMeaning.values()];
}

function findAsserts(text: string, scope: ExampleScope): string[] {
  return [...text.matchAll(/^[ \t]*(?:>>>[ \t]*)?(?=assert\b)/gm)].flatMap(({ 0: prefix, index }) => {
    const start = index + prefix.length;
    const end = endOfLogicalLine(text, start);
    return end === null ? [] : (readAssert(text.slice(start, end).trim(), scope) ?? []);
  });
}
