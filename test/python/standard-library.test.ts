import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isBuiltin } from '../../src/python/builtins.ts';
import { definedClasses, definedFunctions } from '../../src/python/definitions.ts';
import { importedModules } from '../../src/python/imports.ts';
import { firstErrorLine, type PythonModule, readModule } from '../../src/python/python-module.ts';
import { askPython, withoutPython } from './cpython.ts';

const LIST = `
import json, os, sys, sysconfig, tokenize

def read(path):
    with open(path, 'rb') as file:
        encoding, _ = tokenize.detect_encoding(file.readline)
    with open(path, encoding=encoding, newline='') as file:
        return file.read(), encoding.startswith('utf-8')

def judge(path):
    try:
        text, is_utf8 = read(path)
    except (SyntaxError, UnicodeDecodeError):
        return None
    try:
        compile(text.removeprefix(chr(0xfeff)), path, 'exec', dont_inherit=True)
        refusal = None
    except (SyntaxError, ValueError) as error:
        refusal = str(error)
    return {'path': path, 'text': None if is_utf8 else text, 'refusal': refusal}

root = sysconfig.get_path('stdlib')
found = [os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names if name.endswith('.py')]
kept = [path for path in sorted(found) if '-packages' not in path]
json.dump([entry for entry in map(judge, kept) if entry], sys.stdout)
`;

interface LibraryFile {
  readonly path: string;
  /** Null where the file is UTF-8. */
  readonly text: string | null;
  readonly refusal: string | null;
}

test('the standard library parses as CPython compiles it, with its tests where they are installed', {
  skip: withoutPython,
}, (t) => {
  const files = askPython(LIST, null) as LibraryFile[];
  const differences = files.flatMap(({ path, text, refusal }) => {
    const line = firstErrorLine(readModule(text ?? readFileSync(path, 'utf8')));
    return (line === null) === (refusal === null) ? [] : [{ path, line, refusal }];
  });
  assert.deepEqual(differences, []);
  const refused = files.filter(({ refusal }) => refusal !== null).length;
  t.diagnostic(`${files.length} files, of which ${refused} are refused by both`);
  const hasTests = files.some(({ path }) => path.endsWith('/test/test_grammar.py'));
  if (!hasTests) t.skip("CPython's own tests are missing; install with: apt-get install libpython3.N-testsuite");
});

const OUTLINE = `
import ast, glob, json, os, symtable, sys, sysconfig

def parameters(node):
    given = node.args
    plain = given.posonlyargs + given.args
    bare = len(plain) - len(given.defaults)
    found = [[a.arg, 'positional', i >= bare] for i, a in enumerate(plain)]
    found += [[given.vararg.arg, 'rest', False]] if given.vararg else []
    found += [[a.arg, 'keyword-only', d is not None] for a, d in zip(given.kwonlyargs, given.kw_defaults)]
    return found + ([[given.kwarg.arg, 'keywords', False]] if given.kwarg else [])

def is_function(node):
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))

def imports(tree):
    found = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(node, ast.Import):
            yield from ([alias.name, []] for alias in node.names)
        else:
            yield ['.' * node.level + (node.module or ''), [alias.name for alias in node.names]]

def tables(table):
    yield table
    for child in table.get_children():
        yield from tables(child)

def names(text):
    top = symtable.symtable(text, 'text', 'exec')
    read, own, bound = set(), set(), set()
    for table in tables(top):
        is_module = table.get_type() == 'module'
        for symbol in table.get_symbols():
            name = symbol.get_name()
            is_bound = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
            # A function named top is a module to symtable: its parameters are local all the same.
            if symbol.is_referenced() and (is_module or symbol.is_global() and not symbol.is_local()):
                read.add(name)
            if is_bound and (is_module or symbol.is_declared_global()):
                bound.add(name)
            if is_bound and table.get_type() == 'class':
                own.add(name)
    return [sorted(read), sorted(bound), sorted(own)]

def outline(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    tree = ast.parse(text)
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {
        'path': path,
        'functions': [[node.name, parameters(node)] for node in tree.body if is_function(node)],
        'docstrings': [ast.get_docstring(node, clean=False) for node in tree.body if is_function(node)],
        'classes': [[node.name, [child.name for child in node.body if is_function(child)]] for node in classes],
        'imports': list(imports(tree)),
        'names': names(text.replace('import annotations', 'import division')),
    }

paths = sorted(glob.glob(os.path.join(sysconfig.get_path('stdlib'), '*.py')))
json.dump([outline(path) for path in paths], sys.stdout)
`;

interface Outline {
  readonly path: string;
  readonly functions: readonly unknown[];
  readonly docstrings: readonly (string | null)[];
  readonly classes: readonly unknown[];
  readonly imports: readonly unknown[];
  /** Names looked up at module level, bound there, and bound by classes for themselves. */
  readonly names: readonly [string[], string[], string[]];
}

test("its modules hold what CPython's ast and symtable see in them", { skip: withoutPython }, () => {
  for (const outline of askPython(OUTLINE, null) as Outline[]) assertOutline(outline);
});

function assertOutline({ path, functions, docstrings, classes, imports, names }: Outline): void {
  const module = readModule(readFileSync(path, 'utf8'));
  const ours = definedFunctions(module);
  const parameters = ours.map((found) => [
    found.name,
    found.parameters.map(({ name, kind, hasDefault }) => [name, kind, hasDefault]),
  ]);
  assert.deepEqual(parameters, functions, path);
  const methods = definedClasses(module).map((found) => [found.name, found.methods.map(({ name }) => name)]);
  assert.deepEqual(methods, classes, path);
  const imported = importedModules(module).map((found) => [found.module, found.names]);
  assert.deepEqual(imported, imports, path);
  for (const [at, docstring] of docstrings.entries()) {
    if (docstring !== null) assert.equal(ours[at]!.docstring, docstring, path);
  }
  assertNames(module, names, path);
}

/** What a class binds for itself and uses before, symtable gives to the class, and we to the module. */
function assertNames({ names }: PythonModule, [read, bound, ownOfClasses]: Outline['names'], path: string): void {
  const own = new Set(ownOfClasses);
  const known = new Set(bound);
  const unbound = read.filter((name) => !known.has(name) && !isBuiltin(name));
  const free = namesOf(names.free);
  const missed = unbound.filter((name) => !free.includes(name));
  const invented = free.filter((name) => !unbound.includes(name) && !own.has(name));
  assert.deepEqual({ missed, invented }, { missed: [], invented: [] }, path);
  const isShared = (name: string): boolean => !own.has(name) && name !== '__class__';
  assert.deepEqual(namesOf(names.moduleUses).filter(isShared), read.filter(isShared), path);
  assert.deepEqual(namesOf(names.bindings), bound, path);
}

function namesOf(found: readonly { readonly name: string }[]): string[] {
  return [...new Set(found.map(({ name }) => name))].sort();
}
