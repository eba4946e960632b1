import { firstErrorLine, type PythonModule, readModule, type Statement } from '../../python/python-module.ts';
import { type DefinitionNode, definitionsIn, findDefinitions } from './find-definition.ts';
import { docstringOf, indentAt, layoutOf, lineStart, Mover } from './layout.ts';
import { type Needed, neededStatements } from './needed-statements.ts';
import { encodeSource } from './source-file.ts';
import { lineOf, type Target, targetName } from './target.ts';

/** The file with another definition in it. */
export interface ReplacedFile {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** How many lines the answer has, and how many lines further down one of its definition stands in the file. */
  readonly lines: { readonly offset: number; readonly count: number };
}

/** Why an answer cannot be put into the file, as Python would say it. */
export interface Misplaced {
  readonly type: 'SyntaxError' | 'NameError' | 'UnicodeEncodeError';
  readonly message: string;
}

/** A definition of an answer, with what its text is read from. */
interface Answer {
  readonly module: PythonModule;
  readonly node: DefinitionNode;
  /** Where `def`, `async def` or `class` stands. */
  readonly keyword: number;
}

/**
 * The file with the definition of an answer in the place of its own; or why that cannot be. Decorators and docstring of the file stay
 * where it has them, what the definition needs of the answer comes with it, and all else keeps its bytes.
 */
export function replaceDefinition(target: Target, code: string): ReplacedFile | Misplaced {
  const answer = findAnswer(target, code);
  if ('message' in answer) return answer;
  const { from, to } = target.node;
  const source = target.file.text;
  const [head, body] = writtenParts(target, answer).map((text) => text.replaceAll('\n', target.newline)) as [
    string,
    string,
  ];
  const written = head + body;
  const text = source.slice(0, from) + written + source.slice(endOfComment(source, to));
  const line = firstErrorLine(readModule(text));
  if (line !== null) return syntaxError(`with the answer in its place line ${line} of the file is no Python 3`);
  const bytes = encodeSource(text, target.file, written);
  if (bytes === null) {
    const message = `the answer has characters that the encoding of ${target.place.file} does not have`;
    return { type: 'UnicodeEncodeError', message };
  }
  const offset = lineOf(text, from + head.length) - lineOf(code, restStart(answer));
  return { bytes, text, lines: { offset, count: lineOf(code, code.length) } };
}

function findAnswer(target: Target, code: string): Answer | Misplaced {
  const module = readModule(code);
  const line = firstErrorLine(module);
  if (line !== null) return syntaxError(`line ${line} of the answer is no Python 3`);
  const { kind } = target.node;
  const node = candidatesFor(target, module).find((one) => one !== undefined && one.kind === kind);
  if (node === undefined) return { type: 'NameError', message: `name '${targetName(target)}' is not defined` };
  return { module, node, keyword: keywordOf(module.source, node) };
}

function syntaxError(message: string): Misplaced {
  return { type: 'SyntaxError', message };
}

/** Definitions of an answer that may be meant: by the whole path, by the name alone, within some class. */
function candidatesFor(target: Target, { tree }: PythonModule): (DefinitionNode | undefined)[] {
  const name = targetName(target);
  const inClasses = definitionsIn(tree.body).filter(({ kind }) => kind === 'class');
  return [
    findDefinitions(tree.body, target.place.names).at(-1),
    findDefinitions(tree.body, [name]).at(-1),
    ...inClasses.map(({ body }) => findDefinitions(body, [name]).at(-1)),
  ];
}

function keywordOf(source: string, node: DefinitionNode): number {
  if (node.kind === 'function') return node.header.from;
  const last = node.decorators.at(-1);
  if (last === undefined) return node.from;
  const found = /^[ \t]*(?=class\b)/m.exec(source.slice(last.to));
  return found === null ? node.from : last.to + found.index + found[0].length;
}

/** The text up to where the answer's own body goes on, and that body. */
function writtenParts(target: Target, answer: Answer): [string, string] {
  const { module, node, keyword } = answer;
  const mover = new Mover(module, layoutOf(module.source, node), target.layout);
  const needed = neededStatements(module, {
    node,
    header: {
      from: target.node.decorators.length > 0 ? keyword : node.from,
      to: node.kind === 'function' ? node.header.to : node.to,
    },
    names: target.names,
    kind: node.kind === 'class' ? 'class' : target.place.names.length > 1 ? 'method' : 'function',
  });
  const before = needed.before.map((statement, place) => {
    const isOfBlock = statement.kind === 'import' && needed.before[place + 1]?.kind === 'import';
    return `${atMargin(target, answer, statement, '')}${isOfBlock ? `\n${target.layout.indent}` : gapAfter(target)}`;
  });
  const head = [...before, decoratorsOf(target, answer, mover), ...openingOf(target, answer, mover, needed)].join('');
  const rest = restStart(answer);
  const end = endOfComment(module.source, node.to);
  const isWholeLine = lineStart(module.source, rest) === rest && rest > keyword;
  return [head, isWholeLine ? mover.movedLines(rest, end) : mover.moved(rest, end)];
}

/** The header, the docstring and what is needed within, each to its end of line. */
function openingOf(target: Target, answer: Answer, mover: Mover, { inside }: Needed): string[] {
  const { node, keyword, module } = answer;
  if (node.kind === 'class') return [mover.moved(keyword, restStart(answer))];
  const { indent, unit } = target.layout;
  const inner = indent + unit;
  const kept = docstringOf(node.body) === null ? ownDocstring(target) : null;
  const lines = inside.map((statement) => `${inner}${atMargin(target, answer, statement, unit)}\n`);
  const opening = mover.moved(keyword, restStart(answer));
  const isOneLine = !opening.endsWith('\n');
  const added = [...(kept === null ? [] : [`${inner}${kept}\n`]), ...lines];
  if (added.length === 0) return [opening];
  const isLast = restStart(answer) >= module.source.length;
  return [isOneLine ? `${opening.trimEnd()}\n` : opening, ...added, isOneLine && !isLast ? inner : ''];
}

/** Where the body goes on behind its docstring: at the beginning of a line, or behind the header on its line. */
function restStart({ module: { source }, node, keyword }: Answer): number {
  const docstring = docstringOf(node.body);
  const first = node.body[docstring === null ? 0 : 1];
  if (node.kind === 'class') return keyword;
  if (first === undefined) return endOfLine(source, endOfComment(source, node.to));
  const start = lineStart(source, first.from);
  return start > node.header.to ? start : first.from;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf('\n', at);
  return end < 0 ? source.length : end + 1;
}

/** The file's own decorators; where it has none, the answer's. */
function decoratorsOf({ file, node }: Target, { node: own, keyword }: Answer, mover: Mover): string {
  if (node.decorators.length > 0) return file.text.slice(node.from, keywordOf(file.text, node)).replace(/\r\n?/g, '\n');
  return own.decorators.length > 0 ? mover.moved(own.from, keyword) : '';
}

function ownDocstring({ file, node }: Target): string | null {
  const docstring = docstringOf(node.body);
  return docstring === null ? null : file.text.slice(docstring.from, docstring.to).replace(/\r\n?/g, '\n');
}

/** A statement of the answer as it stands in the file, without the blanks of its first line. */
function atMargin({ layout }: Target, { module, node }: Answer, { from, to }: Statement, deeper: string): string {
  const { unit } = layoutOf(module.source, node);
  const goal = { indent: layout.indent + deeper, unit: layout.unit };
  return new Mover(module, { indent: indentAt(module.source, from), unit }, goal).moved(from, to);
}

function gapAfter({ layout }: Target): string {
  return layout.indent === '' ? '\n\n\n' : `\n\n${layout.indent}`;
}

/** Behind a comment that ends the line of an offset. */
function endOfComment(source: string, at: number): number {
  return at + /^(?:[ \t]*#[^\r\n]*)?/.exec(source.slice(at))![0].length;
}
