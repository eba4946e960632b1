import { beginsStatement, endOfLine, isDigit, isWordPart, isWordStart, lineEndLength } from './characters.ts';
import { type FormatString, scanFormatText } from './format-text.ts';
import { OpenBlocks } from './line-indentation.ts';
import { readNumber } from './number-literals.ts';
import { findBadEscape, readOpening, type StringOpening, scanString } from './string-scan.ts';
import { operatorAt, Token, type TokenKind, wordKind } from './token.ts';
import type { TokenList } from './token-list.ts';
import { TokenWriter } from './token-writer.ts';

/** Limits of CPython's tokenizer. */
const MOST_BRACKETS = 200;
const MOST_FORMATS = 150;
const MOST_NESTED_FIELDS = 3;

const TAB = 9;
const FORM_FEED = 12;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const SINGLE_QUOTE = 39;
const DOT = 46;
const BACKSLASH = 92;
const BYTE_ORDER_MARK = 0xfeff;

const WORD = /[\p{XID_Start}_]\p{XID_Continue}*/uy;
/** The tokens of Python text by the rules of CPython's tokenizer; reads on after an error, in time linear to the text. */
export function readTokens(source: string): TokenList {
  return new Lexer(source).read();
}

class Lexer {
  readonly #source: string;
  readonly #tokens: TokenWriter;
  readonly #blocks = new OpenBlocks();
  readonly #brackets: { readonly closing: TokenKind; readonly at: number }[] = [];
  readonly #formats: FormatString[] = [];
  #at = 0;
  #isLineStart = true;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = new TokenWriter(source.length);
    if (source.charCodeAt(0) === BYTE_ORDER_MARK) this.#at = 1;
  }

  read(): TokenList {
    while (this.#at < this.#source.length) {
      if (this.#formats.at(-1)?.isInText) this.#readFormatText(this.#formats.at(-1)!);
      else if (this.#isLineStart) this.#readLineStart();
      else this.#readToken();
    }
    const unclosed = this.#formats.at(-1)?.from ?? this.#brackets.at(-1)?.at;
    if (unclosed !== undefined) this.#tokens.fail(unclosed);
    this.#tokens.endLine(this.#at);
    for (let left = this.#blocks.closeAll(); left > 0; left -= 1) this.#tokens.addLayout(Token.dedent, this.#at);
    this.#tokens.addLayout(Token.end, this.#at);
    return this.#tokens;
  }

  /** Blank lines and lines of comments have no indentation. */
  #readLineStart(): void {
    this.#isLineStart = false;
    let column = 0;
    let tabless = 0;
    let continued = 0;
    for (; ; this.#at += 1) {
      const code = this.#source.charCodeAt(this.#at);
      if (code === SPACE) {
        column += 1;
        tabless += 1;
      } else if (code === TAB) {
        column += 8 - (column % 8);
        tabless += 1;
      } else if (code === FORM_FEED) column = tabless = 0;
      else if (code === BACKSLASH && lineEndLength(this.#source, this.#at + 1) > 0) {
        continued ||= column;
        this.#at += lineEndLength(this.#source, this.#at + 1);
        if (this.#at + 1 >= this.#source.length) this.#tokens.fail(this.#at);
      } else {
        const isBlank = Number.isNaN(code) || code === HASH || lineEndLength(this.#source, this.#at) > 0;
        if (!isBlank) this.#indentTo(continued || column, continued || tabless);
        return;
      }
    }
  }

  #indentTo(column: number, tabless: number): void {
    const { indents, dedents, isValid } = this.#blocks.moveTo({ column, tabless });
    if (indents > 0) this.#tokens.addLayout(Token.indent, this.#at);
    for (let left = dedents; left > 0; left -= 1) this.#tokens.addLayout(Token.dedent, this.#at);
    if (!isValid) this.#tokens.fail(this.#at);
  }

  #readToken(): void {
    const code = this.#source.charCodeAt(this.#at);
    if (code === SPACE || code === TAB || code === FORM_FEED) this.#at += 1;
    else if (isWordStart(code)) this.#readWord();
    else if (isDigit(code) || (code === DOT && isDigit(this.#source.charCodeAt(this.#at + 1)))) this.#readNumber();
    else if (code === SINGLE_QUOTE || code === DOUBLE_QUOTE) this.#readString(this.#at, this.#at);
    else if (code === HASH) this.#at = endOfLine(this.#source, this.#at);
    else if (lineEndLength(this.#source, this.#at) > 0) this.#readLineEnd();
    else if (code === BACKSLASH) this.#readContinuation();
    else this.#readOperator();
  }

  #readWord(): void {
    const from = this.#at;
    let at = from + 1;
    while (isWordPart(this.#source.charCodeAt(at))) at += 1;
    const next = this.#source.charCodeAt(at);
    if (next >= 128 || this.#source.charCodeAt(from) >= 128) {
      this.#readUnicodeWord(from);
    } else if ((next === SINGLE_QUOTE || next === DOUBLE_QUOTE) && at - from <= 2) {
      this.#readString(from, at);
    } else this.#addTo(wordKind(this.#source.slice(from, at)), at);
  }

  #readUnicodeWord(from: number): void {
    WORD.lastIndex = from;
    if (WORD.test(this.#source)) this.#addTo(Token.name, WORD.lastIndex);
    else this.#addBroken(this.#source.codePointAt(from)! > 0xffff ? 2 : 1);
  }

  #readNumber(): void {
    const { to, isValid } = readNumber(this.#source, this.#at);
    if (!isValid) this.#tokens.fail(this.#at);
    this.#addTo(Token.number, to);
  }

  /** A word of two letters at most before the quote is a prefix or a name. */
  #readString(from: number, quoteAt: number): void {
    const opening = readOpening(this.#source, from, quoteAt);
    if (opening === null) this.#addTo(wordKind(this.#source.slice(from, quoteAt)), quoteAt);
    else if (opening.isFormatted) this.#openFormat(from, opening);
    else this.#readPlainString(from, opening);
  }

  #readPlainString(from: number, opening: StringOpening): void {
    const { to, isClosed } = scanString(this.#source, opening);
    this.#tokens.add(Token.string, from, to);
    this.#at = to;
    if (!isClosed) this.#giveUpLine(from);
    const text = this.#source.slice(opening.inner, to - opening.quotes);
    const bad = opening.isRaw ? null : findBadEscape(text, opening.isBytes);
    if (isClosed && bad !== null) this.#tokens.fail(opening.inner + bad);
    if (opening.isBytes && /[^\0-\x7f]/.test(text)) this.#tokens.fail(from);
  }

  #openFormat(from: number, opening: StringOpening): void {
    this.#addTo(Token.formatStart, opening.inner, from);
    this.#formats.push({ from, opening, brackets: this.#brackets.length, fields: [], isInText: true });
    if (this.#formats.length > MOST_FORMATS) this.#giveUpPhysicalLine(from);
  }

  #readFormatText(format: FormatString): void {
    const from = this.#at;
    const { to, end } = scanFormatText(this.#source, from, format);
    if (to > from) this.#addFormatText(to, format);
    if (end === 'quotes') this.#closeFormat(format);
    else if (end === 'field') this.#openField(format);
    else if (end === 'single-brace') this.#addBroken(1);
    else if (end === 'field-end' || (end === 'line' && format.fields.length > 0)) format.isInText = false;
    else this.#giveUpLine(format.from);
  }

  /** The last character may be a backslash before a brace. */
  #addFormatText(to: number, { opening }: FormatString): void {
    const text = this.#source.slice(this.#at, to);
    const bad = opening.isRaw ? null : findBadEscape(text, false);
    if (bad !== null && bad < text.length - 1) this.#tokens.fail(this.#at + bad);
    this.#addTo(Token.formatText, to);
  }

  #closeFormat({ opening, fields, brackets }: FormatString): void {
    if (fields.length > 0) this.#tokens.fail(this.#at);
    this.#brackets.length = brackets;
    this.#formats.pop();
    this.#addTo(Token.formatEnd, this.#at + opening.quotes);
  }

  #openField(format: FormatString): void {
    format.isInText = false;
    this.#readOperator();
    if (this.#formats.at(-1) !== format) return;
    format.fields.push(this.#brackets.length);
    if (format.fields.length > MOST_NESTED_FIELDS) this.#giveUpPhysicalLine(this.#at - 1);
  }

  #readOperator(): void {
    const found = operatorAt(this.#source, this.#at);
    if (found === null) {
      this.#addBroken(1);
      return;
    }
    const format = this.#formats.at(-1);
    const isOfField = format !== undefined && format.fields.at(-1) === this.#brackets.length;
    const isFormatColon = isOfField && found[0].charCodeAt(0) === 58;
    const [operator, kind] = isFormatColon ? ([':', Token.colon] as const) : found;
    this.#addTo(kind, this.#at + operator.length);
    if (isFormatColon) format.isInText = true;
    else if (kind >= Token.openParen && kind <= Token.openBrace) this.#openBracket(kind);
    else if (kind >= Token.closeParen && kind <= Token.closeBrace) this.#closeBracket(kind);
    else if (kind === Token.broken) this.#tokens.fail(this.#at - operator.length);
  }

  #openBracket(kind: TokenKind): void {
    const closing = (kind + Token.closeParen - Token.openParen) as TokenKind;
    this.#brackets.push({ closing, at: this.#at - 1 });
    if (this.#brackets.length > MOST_BRACKETS) this.#giveUpPhysicalLine(this.#at - 1);
  }

  #closeBracket(kind: TokenKind): void {
    const format = this.#formats.at(-1);
    if (format !== undefined && format.fields.at(-1) === this.#brackets.length) {
      format.fields.pop();
      format.isInText = true;
    }
    if (this.#brackets.pop()?.closing !== kind) this.#tokens.fail(this.#at - 1);
  }

  #readLineEnd(): void {
    const from = this.#at;
    this.#at += lineEndLength(this.#source, from);
    if (this.#brackets.length === 0) {
      this.#tokens.endLine(from);
      this.#isLineStart = true;
      return;
    }
    if (beginsStatement(this.#source, this.#at)) this.#giveUpLine(this.#brackets.at(-1)!.at, from);
  }

  #readContinuation(): void {
    const length = lineEndLength(this.#source, this.#at + 1);
    if (length === 0) this.#addBroken(1);
    else this.#at += 1 + length;
    if (length > 0 && this.#at >= this.#source.length) this.#tokens.fail(this.#at);
  }

  /** Records an error, forgets what is open and goes on with the next logical line. */
  #giveUpLine(errorAt: number, lineEnd = this.#at): void {
    this.#tokens.fail(errorAt);
    this.#brackets.length = 0;
    this.#formats.length = 0;
    this.#tokens.endLine(lineEnd);
    this.#isLineStart = true;
  }

  #giveUpPhysicalLine(errorAt: number): void {
    this.#at = endOfLine(this.#source, this.#at);
    this.#giveUpLine(errorAt);
  }

  #addTo(kind: TokenKind, to: number, from = this.#at): void {
    this.#tokens.add(kind, from, to);
    this.#at = to;
  }

  #addBroken(length: number): void {
    this.#tokens.fail(this.#at);
    this.#addTo(Token.broken, this.#at + length);
  }
}
