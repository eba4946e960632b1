import { z } from 'zod';
import { hashOf } from '../../base/hash.ts';
import type { ResultRow } from './result.ts';

const row = z.looseObject({
  success: z.boolean(),
  error: z.string().nullish(),
  failureReason: z.int().nullish(),
  testIdx: z.int().nullish(),
  description: z.string().nullish(),
  vars: z.record(z.string(), z.unknown()).nullish(),
  provider: z.union([z.string(), z.looseObject({ id: z.string(), label: z.string().nullish() })]),
  prompt: z.looseObject({ label: z.string().nullish() }).nullish(),
});

/** `promptfoo eval --output results.json`: the rows stand within `results`, once or twice. */
const file = z.union([
  z.looseObject({ results: z.looseObject({ results: z.array(row).min(1) }) }),
  z.looseObject({ results: z.array(row).min(1) }),
]);

/** What promptfoo calls an error of the provider, where a failed assertion is 1. */
const PROVIDER_ERROR = 2;
const LONGEST_LABEL = 40;

/** Rows of promptfoo's results; null of other data. A task is a test case, a pipeline a provider with a prompt. */
export function promptfooRows(data: unknown): ResultRow[] | null {
  const parsed = file.safeParse(data);
  if (!parsed.success) return null;
  const { results } = parsed.data;
  const rows = Array.isArray(results) ? results : results.results;
  const prompts = new Set(rows.map(({ prompt }) => prompt?.label ?? ''));
  return rows.map((one) => {
    const { provider, prompt, success, failureReason, vars, testIdx, description } = one;
    const name = typeof provider === 'string' ? provider : (provider.label ?? provider.id);
    const label = prompts.size > 1 ? `, ${(prompt?.label ?? '').replaceAll(/\s+/g, ' ').slice(0, LONGEST_LABEL)}` : '';
    const taskId = description ?? (testIdx == null ? hashOf(vars ?? {}).slice(0, 12) : `test ${testIdx}`);
    return { pipeline: `${name}${label}`, taskId, passed: failureReason === PROVIDER_ERROR ? null : success };
  });
}
