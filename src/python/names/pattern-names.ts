import type { PatternNode } from '../tree/tree.ts';
import { ExpressionNames } from './expression-names.ts';

/** Goes through patterns: they bind names, and use those of classes and of values. */
export abstract class PatternNames extends ExpressionNames {
  protected pattern(node: PatternNode): void {
    switch (node.kind) {
      case 'value-pattern':
        this.expression(node.value);
        break;
      case 'capture-pattern':
      case 'star-pattern':
        if (node.name !== null) this.bind(node.name);
        break;
      case 'as-pattern':
        this.pattern(node.pattern);
        this.bind(node.name);
        break;
      case 'alternatives-pattern':
        for (const part of node.patterns) this.pattern(part);
        break;
      case 'sequence-pattern':
        for (const part of node.elements) this.pattern(part);
        break;
      case 'mapping-pattern':
        for (const { key, pattern } of node.entries) {
          this.expression(key);
          this.pattern(pattern);
        }
        if (node.rest !== null) this.bind(node.rest);
        break;
      case 'class-pattern':
        this.expression(node.type);
        for (const part of node.positional) this.pattern(part);
        for (const { pattern } of node.keywords) this.pattern(pattern);
    }
  }
}
