import { Token } from '../lexer/token.ts';
import type {
  ArgumentNode,
  ExpressionNode,
  FunctionNode,
  ParameterNode,
  StatementNode,
  TypeParameterNode,
} from '../tree/tree.ts';
import { BlockParser } from './block-parser.ts';
import { BROKEN } from './cursor.ts';

/** Reads functions and classes with their decorators. */
export abstract class DefinitionParser extends BlockParser {
  protected decorated(from: number): StatementNode {
    const decorators: ExpressionNode[] = [];
    while (this.accept(Token.at)) {
      decorators.push(this.namedExpression());
      this.expect(Token.newline);
    }
    if (this.kind === Token.class) return this.classStatement(from, decorators);
    const headerFrom = this.from;
    const isAsync = this.accept(Token.async);
    if (this.kind !== Token.def) this.fail();
    return this.functionStatement(from, decorators, isAsync, headerFrom);
  }

  /** A function is known by its name, however broken the rest of its header is. */
  protected functionStatement(
    from: number,
    decorators: ExpressionNode[],
    isAsync: boolean,
    headerFrom = from,
  ): FunctionNode {
    this.advance();
    const name = this.name();
    const { typeParameters, parameters, returns } = this.functionHeader();
    this.colon();
    const header = { from: headerFrom, to: this.lastEnd };
    const body = this.body();
    const to = this.lastEnd;
    return {
      kind: 'function',
      from,
      to,
      name,
      isAsync,
      decorators,
      typeParameters,
      parameters,
      returns,
      header,
      body,
    };
  }

  private functionHeader(): Pick<FunctionNode, 'typeParameters' | 'parameters' | 'returns'> {
    let typeParameters: TypeParameterNode[] = [];
    let parameters: ParameterNode[] = [];
    let returns: ExpressionNode | null = null;
    try {
      typeParameters = this.typeParameters();
      this.expect(Token.openParen);
      parameters = this.parameters(Token.closeParen, true);
      this.expect(Token.closeParen);
      if (this.accept(Token.arrow)) returns = this.expression();
    } catch (error) {
      if (error !== BROKEN) throw error;
    }
    return { typeParameters, parameters, returns };
  }

  protected classStatement(from: number, decorators: ExpressionNode[]): StatementNode {
    this.advance();
    const name = this.name();
    const { typeParameters, given } = this.classHeader();
    const body = this.block();
    return {
      kind: 'class',
      from,
      to: this.lastEnd,
      name,
      decorators,
      typeParameters,
      arguments: given,
      body,
    };
  }

  private classHeader(): { typeParameters: TypeParameterNode[]; given: ArgumentNode[] } {
    let typeParameters: TypeParameterNode[] = [];
    let given: ArgumentNode[] = [];
    try {
      typeParameters = this.typeParameters();
      if (this.kind === Token.openParen) given = this.arguments(false);
    } catch (error) {
      if (error !== BROKEN) throw error;
    }
    return { typeParameters, given };
  }
}
