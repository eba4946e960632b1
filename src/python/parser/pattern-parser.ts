import { Token } from '../lexer/token.ts';
import type {
  CapturePattern,
  ClassPattern,
  ExpressionNode,
  MappingPattern,
  NameNode,
  PatternNode,
  StarPattern,
  ValuePattern,
} from '../tree/tree.ts';
import { ExpressionParser } from './expression-parser.ts';

type MappingEntry = MappingPattern['entries'][number];

/** Reads the patterns of `case` (PEP 634). */
export abstract class PatternParser extends ExpressionParser {
  /** A pattern, or several with commas, which are a sequence. */
  protected patterns(): PatternNode {
    const from = this.from;
    const first = this.starOrPattern();
    if (this.kind !== Token.comma && first.kind !== 'star-pattern') return first;
    if (this.kind !== Token.comma) this.fail();
    const elements = this.morePatterns(first);
    return { kind: 'sequence-pattern', from, to: this.lastEnd, elements };
  }

  private morePatterns(first: PatternNode): PatternNode[] {
    const elements = [first];
    while (this.accept(Token.comma) && this.beginsPattern()) elements.push(this.starOrPattern());
    return elements;
  }

  private beginsPattern(): boolean {
    const { colon, if: guard, closeParen, closeBracket } = Token;
    return ![colon, guard, closeParen, closeBracket].some((kind) => kind === this.kind);
  }

  private starOrPattern(): PatternNode {
    return this.kind === Token.star ? this.starPattern() : this.pattern();
  }

  private starPattern(): StarPattern {
    const from = this.from;
    this.advance();
    const name = this.captured();
    return { kind: 'star-pattern', from, to: this.lastEnd, name };
  }

  private pattern(): PatternNode {
    const from = this.from;
    const first = this.closedPattern();
    const patterns = [first];
    while (this.accept(Token.pipe)) patterns.push(this.closedPattern());
    const to = this.lastEnd;
    const pattern: PatternNode = patterns.length === 1 ? first : { kind: 'alternatives-pattern', from, to, patterns };
    if (!this.accept(Token.as)) return pattern;
    const name = this.captured() ?? this.fail();
    return { kind: 'as-pattern', from, to: this.lastEnd, pattern, name };
  }

  /** A name that is bound; null for `_`. */
  private captured(): NameNode | null {
    const name = this.name();
    if (this.kind === Token.dot || this.kind === Token.openParen || this.kind === Token.equals) this.fail();
    return name.name === '_' ? null : name;
  }

  private closedPattern(): PatternNode {
    switch (this.kind) {
      case Token.name:
        return this.namePattern();
      case Token.openParen:
        return this.parenthesizedPattern();
      case Token.openBracket:
        return this.bracketedPattern();
      case Token.openBrace:
        return this.mappingPattern();
      default:
        return this.literalPattern();
    }
  }

  private namePattern(): CapturePattern | ValuePattern | ClassPattern {
    const from = this.from;
    const isDotted = this.ahead(1) === Token.dot || this.ahead(1) === Token.openParen;
    if (!isDotted || this.isWord('_')) {
      const name = this.captured();
      return { kind: 'capture-pattern', from, to: this.lastEnd, name };
    }
    const value = this.dottedValue();
    if (this.kind === Token.openParen) return this.classPattern(value);
    return { kind: 'value-pattern', from, to: this.lastEnd, value };
  }

  private dottedValue(): ExpressionNode {
    let node: ExpressionNode = this.name();
    while (this.accept(Token.dot)) {
      const { name } = this.name();
      node = { kind: 'attribute', from: node.from, to: this.lastEnd, object: node, name };
    }
    return node;
  }

  private literalPattern(): ValuePattern {
    const from = this.from;
    const value = this.literal();
    return { kind: 'value-pattern', from, to: this.lastEnd, value };
  }

  private literal(): ExpressionNode {
    switch (this.kind) {
      case Token.true:
        return this.constant('True');
      case Token.false:
        return this.constant('False');
      case Token.none:
        return this.constant('None');
      case Token.string:
        return this.plainString();
      default:
        return this.signedNumber();
    }
  }

  private plainString(): ExpressionNode {
    const string = this.string();
    if (string.type === 'formatted' || string.type === 'template') this.refuse(string.from);
    return string;
  }

  /** `-1`, or a complex number: a real one and an imaginary one with a sign between them. */
  private signedNumber(): ExpressionNode {
    const from = this.from;
    if (this.kind === Token.sign && this.text === '-') this.advance();
    const isReal = !isImaginary(this.text);
    const first = this.number();
    if (!this.accept(Token.sign)) return first.from === from ? first : this.arithmeticOf([first], from);
    if (!isReal || !isImaginary(this.text)) this.fail();
    return this.arithmeticOf([first, this.number()], from);
  }

  private number(): ExpressionNode {
    return this.kind === Token.number ? this.constant('number') : this.fail();
  }

  private arithmeticOf(operands: readonly ExpressionNode[], from: number): ExpressionNode {
    return { kind: 'operation', from, to: this.lastEnd, type: 'arithmetic', operands };
  }

  /** A pattern in brackets, or a sequence. */
  private parenthesizedPattern(): PatternNode {
    const from = this.from;
    this.advance();
    if (this.accept(Token.closeParen)) return { kind: 'sequence-pattern', from, to: this.lastEnd, elements: [] };
    const inner = this.starOrPattern();
    if (this.kind === Token.comma) {
      const elements = this.morePatterns(inner);
      this.expect(Token.closeParen);
      return { kind: 'sequence-pattern', from, to: this.lastEnd, elements };
    }
    if (inner.kind === 'star-pattern') this.fail();
    this.expect(Token.closeParen);
    return inner;
  }

  private bracketedPattern(): PatternNode {
    const from = this.from;
    this.advance();
    const elements = this.kind === Token.closeBracket ? [] : this.morePatterns(this.starOrPattern());
    this.expect(Token.closeBracket);
    return { kind: 'sequence-pattern', from, to: this.lastEnd, elements };
  }

  private mappingPattern(): MappingPattern {
    const from = this.from;
    const entries: MappingEntry[] = [];
    let rest: NameNode | null = null;
    this.advance();
    while (this.kind !== Token.closeBrace && rest === null) {
      if (this.accept(Token.doubleStar)) rest = this.captured() ?? this.fail();
      else entries.push(this.mappingEntry());
      if (!this.accept(Token.comma)) break;
    }
    this.expect(Token.closeBrace);
    return { kind: 'mapping-pattern', from, to: this.lastEnd, entries, rest };
  }

  private mappingEntry(): MappingEntry {
    const isName = this.kind === Token.name;
    const key = isName ? this.dottedValue() : this.literal();
    if (key.kind === 'name') this.fail();
    this.expect(Token.colon);
    return { key, pattern: this.pattern() };
  }

  private classPattern(type: ExpressionNode): ClassPattern {
    const positional: PatternNode[] = [];
    const keywords: { name: NameNode; pattern: PatternNode }[] = [];
    this.advance();
    while (this.kind !== Token.closeParen) {
      if (this.kind === Token.name && this.ahead(1) === Token.equals) {
        const name = this.name();
        this.advance();
        keywords.push({ name, pattern: this.pattern() });
      } else {
        if (keywords.length > 0) this.fail();
        positional.push(this.pattern());
      }
      if (!this.accept(Token.comma)) break;
    }
    this.expect(Token.closeParen);
    return { kind: 'class-pattern', from: type.from, to: this.lastEnd, type, positional, keywords };
  }
}

function isImaginary(number: string): boolean {
  return /[jJ]$/.test(number);
}
