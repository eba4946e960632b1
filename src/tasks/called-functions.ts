import { readModule } from '../python/python-module.ts';

/** The functions that Python text calls by their bare names, builtins too, in order of the first call. */
export function calledFunctions(source: string): string[] {
  const names = new Set<string>();
  readModule(source).tree.iterate({
    enter: ({ name, node }) => {
      const called = name === 'CallExpression' ? node.firstChild : null;
      if (called?.name === 'VariableName') names.add(source.slice(called.from, called.to));
    },
  });
  return [...names];
}
