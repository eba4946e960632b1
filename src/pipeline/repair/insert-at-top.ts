import type { PythonModule } from '../../python/python-module.ts';

/** The source with statements put before all others but a module docstring and `from __future__` imports. */
export function insertAtTop(module: PythonModule, statements: readonly string[]): string {
  const { source } = module;
  const at = endOfHead(module);
  const head = source.slice(0, at);
  const block = statements.join('\n');
  if (at === 0) return `${block}\n${isImport(module.statements[0]?.text) ? '' : '\n\n'}${source}`;
  return `${head}${head.endsWith('\n') ? '' : '\n'}${block}\n${source.slice(at)}`;
}

function isImport(text = ''): boolean {
  return /^(?:import|from)\s/.test(text);
}

/** The offset of the line after the docstring and the future imports; 0 where there are none. */
function endOfHead({ source, statements }: PythonModule): number {
  let end = 0;
  for (const [index, { kind, text, to }] of statements.entries()) {
    const isDocstring = index === 0 && kind === 'expression' && /^[rRuU]?["']/.test(text);
    if (!isDocstring && !/^from\s+__future__\s/.test(text)) break;
    const lineEnd = source.indexOf('\n', to);
    end = lineEnd < 0 ? source.length : lineEnd + 1;
  }
  return end;
}
