import { isBuiltin } from './builtins.ts';
import { starImports } from './imports.ts';
import type { PythonModule } from './python-module.ts';
import { isOfStandardLibrary } from './standard-library.ts';
import { isStandardModule, membersOf } from './standard-names.ts';
import { decodeString } from './string-literals.ts';
import type { CallNode, ExpressionNode, FunctionNode, ImportNode, NameNode, SyntaxNode } from './tree/tree.ts';
import { walkTree } from './tree/walk.ts';

/** A name that gets a value: from `at` on it stands for what is imported, or for what the expression does; null for anything else. */
interface Binding {
  readonly name: string;
  readonly at: number;
  readonly meaning: string | ExpressionNode | null;
}

const SHORT_NAMES: Readonly<Record<string, string>> = { np: 'numpy', pd: 'pandas' };

/**
 * What expressions of a module stand for, as far as its text tells: `random.seed` and `os.environ` under any name, `builtins.open`,
 * `decimal.getcontext()` for what comes of a call, `sys.modules[]` for a part. What nothing defines begins with a colon: `:f.cache`.
 */
export class Meanings {
  readonly #module: PythonModule;
  readonly #functions: FunctionNode[] = [];
  readonly #bindings = new Map<string, Binding[]>();
  /** Places where names of the module's top level are used, and where they are bound. */
  readonly #uses: ReadonlySet<number>;
  readonly #givers: ReadonlySet<number>;
  readonly #stars: readonly string[];

  constructor(module: PythonModule) {
    this.#module = module;
    this.#uses = new Set(module.names.moduleUses.map(({ at }) => at));
    this.#givers = new Set(module.names.bindings.map(({ at }) => at));
    this.#stars = starImports(module);
    walkTree(module.tree, (node) => this.#note(node));
    for (const { name, at } of module.names.bindings)
      if (!this.#bindingsOf(name).some((binding) => binding.at === at)) this.#bind({ name, at, meaning: null });
    for (const bindings of this.#bindings.values()) bindings.sort((a, b) => a.at - b.at);
  }

  /** The dotted path of what an expression stands for; null where that cannot be told. */
  pathOf(node: ExpressionNode): string | null {
    switch (node.kind) {
      case 'name':
        return this.#pathOfName(node);
      case 'attribute':
        return joined(this.pathOf(node.object), `.${node.name}`);
      case 'subscript':
        return this.#moduleNamed(node.object, node.index) ?? joined(this.pathOf(node.object), '[]');
      case 'call':
        return this.#pathOfCall(node);
      case 'operation':
        // `Path("folder") / "file"` is a path again.
        return node.operands.map((part) => this.pathOf(part)).find((path) => path?.startsWith('pathlib.')) ?? null;
      default:
        return null;
    }
  }

  #note(node: SyntaxNode): void {
    if (node.kind === 'function') this.#functions.push(node);
    else if (node.kind === 'import') for (const binding of bindingsOf(node)) this.#bind(binding);
    else if (node.kind === 'assignment' && !node.isAugmented && node.value !== null)
      for (const target of node.targets)
        if (target.kind === 'name') this.#bind({ name: target.name, at: target.from, meaning: node.value });
  }

  #bind(binding: Binding): void {
    this.#bindings.set(binding.name, [...this.#bindingsOf(binding.name), binding]);
  }

  #bindingsOf(name: string): readonly Binding[] {
    return this.#bindings.get(name) ?? [];
  }

  #pathOfName(node: NameNode): string | null {
    const { name, from } = node;
    const around = this.#functions.filter((place) => place.from < from && from < place.to);
    if (this.#uses.has(from)) return this.#pathOfModuleName(node, around.length > 0);
    if (name === 'candidate') return ':candidate';
    const within = this.#bindingsOf(name).filter(({ at }) => around.some((place) => place.from < at && at < place.to));
    return this.#meaningAt(within, from);
  }

  #pathOfModuleName({ name, from }: NameNode, isInFunction: boolean): string | null {
    const bindings = this.#bindingsOf(name).filter(({ at }) => this.#givers.has(at));
    if (bindings.length > 0) return this.#meaningAt(bindings, isInFunction ? Number.POSITIVE_INFINITY : from);
    if (isBuiltin(name)) return `builtins.${name}`;
    const star =
      this.#stars.find((origin) => membersOf(origin).includes(name)) ?? this.#stars.find(isOfStandardLibrary);
    if (star !== undefined && !isStandardModule(name)) return `${star}.${name}`;
    return SHORT_NAMES[name] ?? (isOfStandardLibrary(name) ? name : `:${name}`);
  }

  /** The meaning of the last of some bindings of a name before a place. */
  #meaningAt(bindings: readonly Binding[], place: number): string | null {
    const last = bindings.findLast(({ at, meaning }) => endOf(meaning, at) <= place);
    const meaning = last?.meaning ?? null;
    return meaning === null || typeof meaning === 'string' ? meaning : this.pathOf(meaning);
  }

  #pathOfCall(node: CallNode): string | null {
    const callee = this.pathOf(node.callee);
    const first = node.arguments[0]?.value;
    if (callee === 'builtins.vars' && first !== undefined) return joined(this.pathOf(first), '.__dict__');
    if (callee === 'builtins.__import__' || callee === 'importlib.import_module') return this.#text(first);
    return joined(callee, '()');
  }

  /** The module that `sys.modules["name"]` is. */
  #moduleNamed(object: ExpressionNode, index: ExpressionNode): string | null {
    return index.kind === 'string' && this.pathOf(object) === 'sys.modules' ? this.#text(index) : null;
  }

  #text(node: ExpressionNode | undefined): string | null {
    const [literal, ...more] = node?.kind === 'string' ? node.literals : [];
    if (literal === undefined || more.length > 0) return null;
    return decodeString(this.#module.source.slice(literal.from, literal.to));
  }
}

function bindingsOf({ origin, names }: ImportNode): Binding[] {
  return names.map(({ path, bound }) => {
    const isFirstPart = origin === null && path.startsWith(`${bound.name}.`);
    const meaning = isFirstPart ? bound.name : origin === null ? path : `${origin}.${path}`;
    return { name: bound.name, at: bound.from, meaning };
  });
}

/** A name has its new value behind the expression that gives it. */
function endOf(meaning: Binding['meaning'], at: number): number {
  return meaning === null || typeof meaning === 'string' ? at : meaning.to;
}

function joined(path: string | null, more: string): string | null {
  return path === null ? null : path + more;
}
