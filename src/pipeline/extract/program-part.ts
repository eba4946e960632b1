import { type PythonModule, readValidModule } from '../../python/python-module.ts';
import { withoutBlankEdges } from './answer-block.ts';
import { LineState } from './line-state.ts';

const DEFINITION = /^(?:@\w|(?:async\s+)?def\s+\w+\s*[([]|(?:async\s+)?def\s+\w+\s*:|class\s+\w+\s*[:([])/;
const CLAUSE = /^(?:elif|else|except|finally)\b/;

/**
 * The lines of a block that are Python, without the prose and the markers between them; null where they make no program, or
 * where a definition is what does not parse: code is never cut.
 */
export function readProgramPart(text: string): PythonModule | null {
  const units = readUnits(text.split('\n'));
  if (units === null) return null;
  const asWritten = units.map(({ lines }) => lines.join('\n')).join('\n');
  const atMargin = units.map(({ code }) => code).join('\n');
  return readValidModule(withoutBlankEdges(asWritten)) ?? readValidModule(withoutBlankEdges(atMargin));
}

/** One statement with all of its lines, or blank lines and comments. */
interface Unit {
  readonly lines: readonly string[];
  /** The lines without their common indentation. */
  readonly code: string;
}

/** The statements of a block in order, without the lines that begin none; null where a definition is broken. */
function readUnits(lines: readonly string[]): Unit[] | null {
  const units: Unit[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = endOfUnit(lines, at);
    const unit = unitOf(lines.slice(at, end));
    if (/^\s*(?:#|$)/.test(lines[at]!) || readValidModule(unit.code) !== null) {
      units.push(unit);
      at = end;
    } else if (isDefinition(unit)) return null;
    else {
      const line = unitOf([lines[at]!]);
      if (readValidModule(line.code) !== null) units.push(line);
      at += 1;
    }
  }
  return units;
}

/** True where a function or a class is meant, however broken: by its first line, or by its first word and a body. */
function isDefinition({ lines }: Unit): boolean {
  const first = lines[0]!.trimStart();
  return DEFINITION.test(first) || (lines.length > 1 && /^(?:def|class)\s+\w+\s*(?:[(:#]|$)/.test(first));
}

function unitOf(lines: readonly string[]): Unit {
  const indent = indentOf(lines[0]!);
  const shared = lines.filter((line) => line.trim() !== '').every((line) => line.startsWith(indent));
  return { lines, code: (shared ? lines.map((line) => line.slice(indent.length)) : lines).join('\n') };
}

/** The index after the last line of the statement that begins with the line at `start`. */
function endOfUnit(lines: readonly string[], start: number): number {
  const indent = indentOf(lines[start]!).length;
  const state = new LineState();
  if (/^\s*(?:#|$)/.test(lines[start]!)) return start + 1;
  state.read(lines[start]!);
  let end = start + 1;
  let isDecorator = lines[start]!.trimStart().startsWith('@');
  for (let at = end; at < lines.length; at += 1) {
    const line = lines[at]!;
    const isBlank = line.trim() === '';
    if (!state.isOpen && !isBlank && !isDecorator && !continues(line, indent)) break;
    state.read(line);
    if (isBlank) continue;
    isDecorator = isDecorator && /^\s*[@#]/.test(line);
    end = at + 1;
  }
  return end;
}

function continues(line: string, indent: number): boolean {
  const own = indentOf(line).length;
  return own > indent || (own === indent && CLAUSE.test(line.trimStart()));
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)![0];
}
