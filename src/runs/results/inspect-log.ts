import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import { Refusal } from '../../base/errors.ts';
import { parseJson } from '../../base/json-lines.ts';
import type { ResultRow } from './result.ts';

/** Of the files in a log that are read: unpacked. */
const MOST_UNPACKED = 250 * 1024 * 1024;

const header = z.looseObject({ eval: z.looseObject({ model: z.string(), task: z.string() }) });
const score = z.looseObject({ value: z.unknown() });
const sample = z.looseObject({
  id: z.union([z.string(), z.number()]),
  epoch: z.int().min(1).default(1),
  scores: z.record(z.string(), score).nullish(),
  error: z.unknown().optional(),
});

/** Whether bytes are those of a zip file. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

/** Rows of a log of inspect_ai: an `.eval` file, a zip of JSON files. A sample passes where its first score is "C", true or 1. */
export function inspectRows(bytes: Uint8Array, path: string): ResultRow[] {
  const files = unpack(bytes, path);
  const head = header.safeParse(jsonOf(files, 'header.json', path) ?? jsonOf(files, '_journal/start.json', path));
  if (!head.success)
    throw new Refusal(`${path} is a zip file, but not a log of inspect_ai: its header.json is missing`);
  const { model } = head.data.eval;
  const samples = Object.keys(files)
    .filter((name) => /^samples\/.+\.json$/.test(name))
    .map((name) => sample.safeParse(jsonOf(files, name, path)))
    .flatMap(({ success, data }) => (success ? [data] : []));
  if (samples.length === 0) throw new Refusal(`${path} is a log of inspect_ai without samples`);
  return samples
    .toSorted((a, b) => a.epoch - b.epoch)
    .map(({ id, scores, error }) => ({ pipeline: model, taskId: String(id), passed: passedOf(scores, error) }));
}

function passedOf(scores: z.infer<typeof sample>['scores'], error: unknown): boolean | null {
  const [first] = Object.values(scores ?? {});
  if (first === undefined || error != null) return null;
  return first.value === 'C' || first.value === true || first.value === 1;
}

function unpack(bytes: Uint8Array, path: string): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/^(?:header\.json|_journal\/start\.json|samples\/[^/]+\.json)$/.test(name)) return false;
        total += originalSize;
        if (total > MOST_UNPACKED)
          throw new Refusal(`${path} is larger than ${MOST_UNPACKED / 2 ** 20} MiB when unpacked; split it`);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal(`${path} is an incomplete zip file; fetch it again`, { cause });
  }
}

function jsonOf(files: Record<string, Uint8Array>, name: string, path: string): unknown {
  const bytes = files[name];
  return bytes === undefined ? undefined : parseJson(strFromU8(bytes), `${path}: ${name}`);
}
