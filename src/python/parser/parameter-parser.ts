import { Token, type TokenKind } from '../lexer/token.ts';
import type { ArgumentNode, ExpressionNode, ParameterNode, TypeParameterNode } from '../tree/tree.ts';
import { AtomParser } from './atom-parser.ts';

/** What the parameters before the next one allow. */
interface ParameterState {
  readonly parameters: ParameterNode[];
  readonly hasAnnotations: boolean;
  hasSlash: boolean;
  hasStar: boolean;
  hasDefault: boolean;
  /** True behind a bare `*`, which needs a parameter. */
  needsName: boolean;
  isComplete: boolean;
}

/** Reads what is given to a call, a class, a function or a lambda. */
export abstract class ParameterParser extends AtomParser {
  /** Parameters up to the closing token, which stays; those of a lambda have no annotations. */
  protected parameters(closing: TokenKind, hasAnnotations: boolean): ParameterNode[] {
    const state: ParameterState = {
      parameters: [],
      hasAnnotations,
      hasSlash: false,
      hasStar: false,
      hasDefault: false,
      needsName: false,
      isComplete: false,
    };
    while (this.kind !== closing) {
      if (state.isComplete) this.fail();
      this.parameter(state);
      if (!this.accept(Token.comma)) break;
    }
    if (this.kind !== closing || state.needsName) this.fail();
    return state.parameters;
  }

  private parameter(state: ParameterState): void {
    if (this.kind === Token.arithmetic && this.text === '/') this.slash(state);
    else if (this.kind === Token.star) this.star(state);
    else if (this.kind === Token.doubleStar) {
      if (state.needsName) this.fail();
      this.advance();
      state.parameters.push(this.plainParameter(state, 'keywords'));
      state.isComplete = true;
    } else this.namedParameter(state);
  }

  private slash(state: ParameterState): void {
    if (state.hasSlash || state.hasStar || state.parameters.length === 0) this.fail();
    this.advance();
    state.hasSlash = true;
  }

  private star(state: ParameterState): void {
    if (state.hasStar) this.fail();
    this.advance();
    state.hasStar = true;
    if (this.kind === Token.comma) state.needsName = true;
    else state.parameters.push(this.plainParameter(state, 'rest'));
  }

  private namedParameter(state: ParameterState): void {
    const parameter = this.plainParameter(state, state.hasStar ? 'keyword-only' : 'positional');
    const fallback = this.accept(Token.equals) ? this.expression() : null;
    if (!state.hasStar && state.hasDefault && fallback === null) this.refuse(parameter.from);
    state.hasDefault ||= fallback !== null;
    state.needsName = false;
    state.parameters.push({ ...parameter, to: this.lastEnd, default: fallback });
  }

  private plainParameter(state: ParameterState, type: ParameterNode['type']): ParameterNode {
    const { from, name } = this.name();
    const isAnnotated = state.hasAnnotations && this.accept(Token.colon);
    const annotation = isAnnotated ? this.annotation(type) : null;
    return { kind: 'parameter', from, to: this.lastEnd, type, name, annotation, default: null };
  }

  private annotation(type: ParameterNode['type']): ExpressionNode {
    return type === 'rest' && this.kind === Token.star ? this.starred() : this.expression();
  }

  /** `[T: bound = default, *Ts, **P]`, or nothing. */
  protected typeParameters(): TypeParameterNode[] {
    if (!this.accept(Token.openBracket)) return [];
    const parameters: TypeParameterNode[] = [];
    do {
      const parameter = this.typeParameter();
      if (parameter.default === null && parameters.at(-1)?.default) this.refuse(parameter.from);
      parameters.push(parameter);
    } while (this.accept(Token.comma) && this.kind !== Token.closeBracket);
    this.expect(Token.closeBracket);
    return parameters;
  }

  private typeParameter(): TypeParameterNode {
    const isTuple = this.accept(Token.star);
    const isPlain = !isTuple && !this.accept(Token.doubleStar);
    const { from, name } = this.name();
    const bound = isPlain && this.accept(Token.colon) ? this.expression() : null;
    const fallback = this.accept(Token.equals) ? (isTuple ? this.starOrExpression() : this.expression()) : null;
    return { kind: 'type-parameter', from, to: this.lastEnd, name, bound, default: fallback };
  }

  protected starOrExpression(): ExpressionNode {
    return this.kind === Token.star ? this.starred() : this.expression();
  }

  /** What stands in the brackets of a call, which are read too; a class takes no generator without brackets of its own. */
  protected arguments(takesGenerator: boolean): ArgumentNode[] {
    this.expect(Token.openParen);
    const given: ArgumentNode[] = [];
    while (this.kind !== Token.closeParen) {
      given.push(this.argument(takesGenerator && given.length === 0));
      if (!this.accept(Token.comma)) break;
    }
    this.expect(Token.closeParen);
    this.refuseMisplaced(given);
    this.refuseRepeated(given);
    return given;
  }

  private argument(takesGenerator: boolean): ArgumentNode {
    const from = this.from;
    if (this.accept(Token.star)) return this.given('star', '', this.expression(), from);
    if (this.accept(Token.doubleStar)) return this.given('double-star', '', this.expression(), from);
    if (this.kind === Token.name && this.ahead(1) === Token.equals) {
      const { name } = this.name();
      this.advance();
      return this.given('keyword', name, this.expression(), from);
    }
    const value = this.namedExpression();
    if (!this.isLoop()) return this.given('positional', '', value, from);
    const generator = this.generator(value, from);
    if (!takesGenerator || this.kind !== Token.closeParen) this.refuse(from);
    return this.given('positional', '', generator, from);
  }

  private given(type: ArgumentNode['type'], name: string, value: ExpressionNode, from: number): ArgumentNode {
    return { kind: 'argument', from, to: this.lastEnd, type, name, value };
  }

  private refuseRepeated(given: readonly ArgumentNode[]): void {
    const keywords = given.filter(({ type }) => type === 'keyword');
    const names = keywords.length > 1 ? new Set<string>() : null;
    for (const { name, from } of keywords) {
      if (names?.has(name) || name === '__debug__') this.refuse(from);
      names?.add(name);
    }
  }

  /** No positional argument follows a keyword, and no `*` follows `**`. */
  private refuseMisplaced(given: readonly ArgumentNode[]): void {
    let hasKeyword = false;
    let hasDoubleStar = false;
    for (const { type, from } of given) {
      if ((type === 'positional' && (hasKeyword || hasDoubleStar)) || (type === 'star' && hasDoubleStar)) {
        this.refuse(from);
      }
      hasKeyword ||= type === 'keyword';
      hasDoubleStar ||= type === 'double-star';
    }
  }
}
