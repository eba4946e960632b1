import type { Parameter } from '../python/definitions.ts';
import { readExample } from './call-lines.ts';
import { splitAtCommas } from './call-text.ts';
import type { ExampleScope } from './example-statement.ts';

const INPUT_OUTPUT =
  /^[ \t]*(?:sample[ \t]+)?input[ \t]*:[ \t]*((?:(?!\n[ \t]*\n)[\s\S]){0,2000}?)\n\s*(?:sample[ \t]+)?output[ \t]*:[ \t]*\n?(.*)$/gim;
const SHOULD_BE =
  /^[ \t]*(?:[*-][ \t]*)?for[ \t]+(\w+[ \t]*=.{1,500}?),?[ \t]+the (?:.{0,200}\bthe )?(?:output|result|answer) (?:should be|must be|is|will be)[ \t]+(.+)$/gim;

/**
 * Examples that tell the arguments instead of writing the call: `Input: [4, 2] Output: 2` on two lines, and
 * `For x = 1, y = 2 the output should be 3`. Arguments with names are put in the order of the parameters.
 */
export function findInputOutputExamples(text: string, parameters: readonly Parameter[], scope: ExampleScope): string[] {
  const told = [...text.matchAll(INPUT_OUTPUT), ...text.matchAll(SHOULD_BE)];
  return told.flatMap(([, input, output]) => {
    const call = callOf(input!, parameters, scope.entryPoint);
    return call === null ? [] : (readExample(call, output!, scope) ?? []);
  });
}

const SPOKEN_PARAMETER = /^[ \t]*([A-Za-z_]\w*)[ \t]*(?::[^=]*)?$/;

/** The parameters of a function as prose shows them, by names alone or with types: `clamp(x, low: int)`; none of a call with values. */
export function parametersInProse(text: string, entryPoint: string): Parameter[] {
  const calls = text.matchAll(new RegExp(`(?<![\\w.])${entryPoint}\\(([^()\\n]{1,200})\\)`, 'g'));
  for (const [, inside] of calls) {
    const names = splitAtCommas(inside!).map((piece) => SPOKEN_PARAMETER.exec(piece)?.[1]);
    const known = names.filter((name) => name !== undefined);
    if (known.length === names.length) return known.map((name) => ({ name, kind: 'positional', hasDefault: false }));
  }
  return [];
}

function callOf(input: string, parameters: readonly Parameter[], entryPoint: string): string | null {
  const pieces = input.split('\n').flatMap((line) => splitAtCommas(line.trim()));
  const values = inOrder(pieces.map(readArgument), parameters);
  return values === null ? null : `${entryPoint}(${values.join(', ')})`;
}

interface Argument {
  readonly name: string | null;
  readonly value: string;
}

function readArgument(piece: string): Argument {
  const named = /^(\w+)[ \t]*(?:=(?!=)|:)[ \t]*([\s\S]+)$/.exec(piece);
  return named === null ? { name: null, value: piece } : { name: named[1]!, value: named[2]! };
}

/** Values by the parameters' order where their names agree, as they come where only the number does; else null. */
function inOrder(values: readonly Argument[], parameters: readonly Parameter[]): string[] | null {
  if (values.length !== parameters.length || values.length === 0) return null;
  const byName = parameters.map(({ name }) => values.find((value) => value.name === name)?.value);
  return byName.every((value) => value !== undefined) ? byName : values.map(({ value }) => value);
}
