import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf } from '../base/hash.ts';
import type { Cache } from '../cache/cache.ts';
import { CachedModel, type CachedModelOptions } from '../cache/cached-model.ts';
import { CachedSandbox } from '../cache/cached-sandbox.ts';
import type { Model } from '../models/model.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Ledger } from '../store/ledger.ts';
import type { SqliteLedgerOptions } from '../store/sqlite-ledger.ts';
import { runnerFolder } from './places.ts';
import type { Settings } from './settings.ts';

/** Opens the ledger in a file; throws a Refusal where it cannot be used. */
export async function openLedger(path: string, options: SqliteLedgerOptions): Promise<Ledger> {
  // Only who needs it hears of it: Node 22 warns that its SQLite is new.
  const { SqliteLedger } = await import('../store/sqlite-ledger.ts');
  return new SqliteLedger(path, options);
}

/** The same models, of which nothing is asked that the ledger holds. */
export async function keepAnswers(
  names: readonly string[],
  model: (name: string) => Model,
  { signal, ...options }: Omit<CachedModelOptions, 'identity'> & { signal?: AbortSignal },
): Promise<(name: string) => Model> {
  const entries = names.map(async (name): Promise<[string, Model]> => {
    const identity = (await model(name).identity?.(signal)) ?? null;
    return [name, identity === null ? model(name) : new CachedModel(model(name), { ...options, identity })];
  });
  const kept = new Map(await Promise.all(entries));
  return (name) => kept.get(name) ?? model(name);
}

/** The same sandbox, of which no run is asked that the ledger holds; a Python of the user's own may change its packages, so its runs are not kept. */
export async function keepVerdicts(
  sandbox: Sandbox,
  cache: Cache,
  { python }: Pick<Settings, 'python'>,
): Promise<Sandbox> {
  if (python !== null) return sandbox;
  return CachedSandbox.around(sandbox, { cache, judge: judgeHash() });
}

/** What of answers and verdicts is kept: the latter not with a Python of the user's own. */
export function keptOf(cache: Cache, { python }: Pick<Settings, 'python'>): Cache {
  if (python === null) return cache;
  return {
    completion: (key) => cache.completion(key),
    saveCompletion: (key, completion) => cache.saveCompletion(key, completion),
    verdict: () => null,
    saveVerdict: () => {},
  };
}

/** Hash of the judge's own files, which tells versions of it apart. */
export function judgeHash(): string {
  const files = readdirSync(runnerFolder).filter((name) => name.endsWith('.py'));
  return hashOf(files.toSorted().map((name) => readFileSync(join(runnerFolder, name), 'utf8')));
}
