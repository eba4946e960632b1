import { Token } from '../lexer/token.ts';
import type { AssignmentNode, ExpressionNode, ImportedName, ImportNode, StatementNode } from '../tree/tree.ts';
import { PatternParser } from './pattern-parser.ts';
import { isSingleTarget, undeletable } from './targets.ts';

/** Reads statements of one logical line. */
export abstract class SimpleStatementParser extends PatternParser {
  /** Statements with semicolons between them, up to the end of the line. */
  protected simpleStatements(statements: StatementNode[]): void {
    do statements.push(this.simpleStatement());
    while (this.accept(Token.semicolon) && this.kind !== Token.newline);
    this.expect(Token.newline);
  }

  private simpleStatement(): StatementNode {
    const from = this.from;
    switch (this.kind) {
      case Token.import:
        return this.importStatement(from);
      case Token.from:
        return this.importFrom(from);
      case Token.return:
        return this.returnStatement(from);
      case Token.raise:
        return this.raiseStatement(from);
      case Token.assert:
        return this.assertStatement(from);
      case Token.del:
        return this.deleteStatement(from);
      case Token.global:
        return this.declaration('global', from);
      case Token.nonlocal:
        return this.declaration('nonlocal', from);
      case Token.pass:
        return this.plain('pass', from);
      case Token.break:
        return this.plain('break', from);
      case Token.continue:
        return this.plain('continue', from);
      default:
        return this.isTypeAlias() ? this.typeAlias(from) : this.assignmentOrExpression(from);
    }
  }

  private plain(kind: 'pass' | 'break' | 'continue', from: number): StatementNode {
    this.advance();
    return { kind, from, to: this.lastEnd };
  }

  private importStatement(from: number): ImportNode {
    const names: ImportedName[] = [];
    this.advance();
    do names.push(this.importedModule());
    while (this.accept(Token.comma));
    return { kind: 'import', from, to: this.lastEnd, origin: null, isStar: false, names };
  }

  /** `import a.b` binds `a`. */
  private importedModule(): ImportedName {
    const first = this.name();
    const path = this.dotted(first.name);
    return { path, bound: this.accept(Token.as) ? this.name() : first };
  }

  private dotted(first: string): string {
    let path = first;
    while (this.accept(Token.dot)) path += `.${this.name().name}`;
    return path;
  }

  private importFrom(from: number): ImportNode {
    this.advance();
    let origin = '';
    while (this.kind === Token.dot || this.kind === Token.ellipsis) {
      origin += this.text;
      this.advance();
    }
    if (this.kind === Token.name || origin === '') origin += this.dotted(this.name().name);
    this.expect(Token.import);
    const isStar = this.accept(Token.star);
    const names = isStar ? [] : this.importedNames();
    return { kind: 'import', from, to: this.lastEnd, origin, isStar, names };
  }

  private importedNames(): ImportedName[] {
    const names: ImportedName[] = [];
    const isBracketed = this.accept(Token.openParen);
    do {
      const name = this.name();
      names.push({ path: name.name, bound: this.accept(Token.as) ? this.name() : name });
    } while (this.accept(Token.comma) && !(isBracketed && this.kind === Token.closeParen));
    if (isBracketed) this.expect(Token.closeParen);
    return names;
  }

  private returnStatement(from: number): StatementNode {
    this.advance();
    const value = this.beginsElement() ? this.expressions() : null;
    return { kind: 'return', from, to: this.lastEnd, value };
  }

  private raiseStatement(from: number): StatementNode {
    this.advance();
    const value = this.endsStatement() ? null : this.expression();
    const cause = value !== null && this.accept(Token.from) ? this.expression() : null;
    return { kind: 'raise', from, to: this.lastEnd, value, cause };
  }

  private assertStatement(from: number): StatementNode {
    this.advance();
    const test = this.expression();
    const message = this.accept(Token.comma) ? this.expression() : null;
    return { kind: 'assert', from, to: this.lastEnd, test, message };
  }

  private deleteStatement(from: number): StatementNode {
    this.advance();
    const targets: ExpressionNode[] = [];
    do targets.push(this.arithmetic());
    while (this.accept(Token.comma) && !this.endsStatement());
    for (const target of targets) for (const at of undeletable(target)) this.refuse(at);
    return { kind: 'delete', from, to: this.lastEnd, targets };
  }

  private declaration(kind: 'global' | 'nonlocal', from: number): StatementNode {
    this.advance();
    const names = [this.name()];
    while (this.accept(Token.comma)) names.push(this.name());
    return { kind, from, to: this.lastEnd, names };
  }

  private isTypeAlias(): boolean {
    return this.ahead(1) === Token.name && this.isWord('type');
  }

  private typeAlias(from: number): StatementNode {
    this.advance();
    const name = this.name();
    const typeParameters = this.typeParameters();
    this.expect(Token.equals);
    const value = this.expression();
    return { kind: 'type-alias', from, to: this.lastEnd, name, typeParameters, value };
  }

  private assignmentOrExpression(from: number): StatementNode {
    const first = this.value();
    if (this.kind === Token.equals) return this.assignment(first, from);
    if (this.kind === Token.colon) return this.annotated(first, from);
    if (this.kind === Token.augmented) return this.augmented(first, from);
    return { kind: 'expression', from, to: this.lastEnd, value: first };
  }

  private assignment(first: ExpressionNode, from: number): AssignmentNode {
    const targets: ExpressionNode[] = [];
    let value = first;
    while (this.accept(Token.equals)) {
      targets.push(this.assignable(value));
      value = this.value();
    }
    return { kind: 'assignment', from, to: this.lastEnd, targets, annotation: null, isAugmented: false, value };
  }

  private annotated(target: ExpressionNode, from: number): AssignmentNode {
    if (!isSingleTarget(target)) this.fail();
    this.advance();
    const annotation = this.expression();
    const value = this.accept(Token.equals) ? this.value() : null;
    const targets = [target];
    return { kind: 'assignment', from, to: this.lastEnd, targets, annotation, isAugmented: false, value };
  }

  private augmented(target: ExpressionNode, from: number): AssignmentNode {
    if (!isSingleTarget(target)) this.refuse(target.from);
    this.advance();
    const value = this.value();
    const targets = [target];
    return { kind: 'assignment', from, to: this.lastEnd, targets, annotation: null, isAugmented: true, value };
  }

  private endsStatement(): boolean {
    return this.kind === Token.newline || this.kind === Token.semicolon || this.kind === Token.end;
  }
}
