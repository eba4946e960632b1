import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findCalls } from '../../src/python/calls.ts';
import { definedClasses, definedFunctions, findFunction, positionalCounts } from '../../src/python/definitions.ts';
import { readModule } from '../../src/python/python-module.ts';
import { decodeString } from '../../src/python/string-literals.ts';

const SOURCE = `import math

def helper(x):
    pass

@wraps(helper)
async def area(
    width: float,  # in metres
    height: float = (1, 2)[0],
    *sides: int, unit, scale=1,
    **more,
) -> float:
    """Area of a "box"\\n\\t\\x41."""
    return width * height

class Box:
    @staticmethod
    def side(a): return a
`;

describe('definitions', () => {
  it('lists top-level functions, decorated and async ones too', () => {
    const names = definedFunctions(readModule(SOURCE)).map(({ name, isEmpty }) => [name, isEmpty]);
    assert.deepEqual(names, [
      ['helper', true],
      ['area', false],
    ]);
  });

  it('reads a signature over several lines, its parameters and the docstring', () => {
    const area = findFunction(SOURCE, 'area')!;
    assert.ok(area.signature.startsWith('async def area(\n'));
    assert.ok(area.signature.endsWith(') -> float:'));
    assert.deepEqual(
      area.parameters.map(({ name, kind, hasDefault }) => `${name} ${kind}${hasDefault ? ' default' : ''}`),
      [
        'width positional',
        'height positional default',
        'sides rest',
        'unit keyword-only',
        'scale keyword-only default',
        'more keywords',
      ],
    );
    assert.deepEqual(positionalCounts(area.parameters), { least: 1, most: Number.POSITIVE_INFINITY });
    assert.equal(area.docstring, 'Area of a "box"\n\tA.');
  });

  it('takes the last of two functions of one name, and null where there is none', () => {
    assert.equal(findFunction('def f(a): return 1\ndef f(a, b): return 2\n', 'f')!.signature, 'def f(a, b):');
    assert.equal(findFunction(SOURCE, 'side'), null);
    assert.equal(findFunction('def f(a):\n    return "no docstring"\n', 'f')!.docstring, null);
  });

  it('reads a docstring behind an import, and a prompt that ends after its docstring', () => {
    const prompt = "def f(a):\n    import math\n    '''Doubles a.'''\n";
    assert.equal(findFunction(prompt, 'f')!.docstring, 'Doubles a.');
    assert.equal(findFunction(prompt, 'f')!.isEmpty, false);
    assert.equal(findFunction('def f(a):\n    """Only text."""\n', 'f')!.isEmpty, true);
  });

  it('lists classes with their methods', () => {
    const [box] = definedClasses(readModule(SOURCE));
    assert.deepEqual([box!.name, box!.methods.map(({ name }) => name)], ['Box', ['side']]);
  });

  it('finds calls by name with their arguments', () => {
    const calls = findCalls(readModule('assert sys.exit(f(1, (2, 3), k=g()), *rest) == h[0](1)\n'));
    assert.deepEqual(
      calls.map(({ name, positional, keywords }) => [name, positional, keywords]),
      [
        ['sys.exit', null, []],
        ['f', 2, ['k']],
        ['g', 0, []],
      ],
    );
  });

  it('decodes string literals', () => {
    assert.equal(decodeString("'a\\'b\\u00e9\\101\\\n'"), "a'béA");
    assert.equal(decodeString('r"\\n"'), '\\n');
    assert.equal(decodeString('"""a\r\nb"""'), 'a\nb');
    for (const none of ['b"x"', 'f"x"', '"x', 'x']) assert.equal(decodeString(none), null, none);
  });
});
