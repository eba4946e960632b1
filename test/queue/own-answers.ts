import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OllamaChatRequest } from '../models/ollama/ollama-stub.ts';

const PROGRAMS: Readonly<Record<string, readonly [string, string]>> = {
  double: ['def double(x):\n    return 2 * x\n', 'def double(x):\n    return x * x\n'],
  twice: ['def twice(x):\n    return x + x\n', 'def twice(x):\n    return x\n'],
  neg: ['def neg(x):\n    return -x\n', 'def neg(x):\n    return x\n'],
};

/** An answer to a task of a Workplace, right for about half of the seeds, and the same whoever is asked. */
export function answerBySeed({ messages, options }: OllamaChatRequest): string {
  const text = messages.map(({ content }) => content).join('\n');
  const name = Object.keys(PROGRAMS).find((own) => text.includes(`${own}(`)) ?? 'double';
  const hash = createHash('sha256').update(`${name} ${options.seed} ${text}`).digest();
  const [right, wrong] = PROGRAMS[name]!;
  return (hash[0]! & 1) === 0 ? right : wrong;
}

const summarySchema = z.looseObject({
  complete: z.boolean(),
  pipelines: z.array(z.unknown()),
  comparisons: z.unknown(),
});

/** What a summary says of pipelines and comparisons, without what is measured in seconds. */
export function resultsOf(summary: string): unknown {
  const { complete, pipelines, comparisons } = summarySchema.parse(JSON.parse(summary));
  return JSON.parse(
    JSON.stringify({ complete, pipelines, comparisons }, (key, value) => (/seconds/i.test(key) ? undefined : value)),
  );
}
