// Replays every recorded answer piece by piece, ends it where the loop would, and compares the program with that of the whole answer:
//   node bench/loop/cut.ts --data ../shared/data
//   node bench/loop/cut.ts --data ../shared/data --unfenced     the same answers without their fences
import { parseArgs } from 'node:util';
import { formatTable } from '../format-table.ts';
import { readAnswers, recordingsIn } from './recorded-answers.ts';
import { type Replay, replayCut, withoutFences } from './replay-cut.ts';

const { values } = parseArgs({
  options: { data: { type: 'string', default: '../shared/data' }, unfenced: { type: 'boolean', default: false } },
});

const columns = [
  'recording',
  'answers',
  'same program',
  'different',
  '% same',
  'cut',
  '% cut',
  '% of characters saved',
];
const rows: string[][] = [];
const differences: string[] = [];
for (const recording of recordingsIn(values.data)) {
  const answers = await readAnswers(values.data, recording);
  const replays = answers.map((answer) => {
    const text = values.unfenced ? withoutFences(answer.text) : answer.text;
    return { ...replayCut(text, answer.prompt), id: answer.id };
  });
  rows.push([recording, ...figuresOf(replays)]);
  differences.push(...replays.filter(({ isSame }) => !isSame).map(({ id }) => `different: ${recording}, ${id}`));
}
process.stdout.write(`${[formatTable(columns, rows), ...differences].join('\n')}\n`);

function figuresOf(replays: readonly Replay[]): string[] {
  const same = replays.filter(({ isSame }) => isSame).length;
  const cut = replays.filter(({ saved }) => saved > 0).length;
  const characters = sum(replays.map(({ characters }) => characters));
  const percent = (part: number, whole: number) => ((100 * part) / whole).toFixed(2);
  return [
    ...[replays.length, same, replays.length - same].map(String),
    percent(same, replays.length),
    String(cut),
    percent(cut, replays.length),
    percent(sum(replays.map(({ saved }) => saved)), characters),
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
