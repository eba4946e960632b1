import type { RunOrigin } from '../../../src/pages/report/methods.ts';
import type { ReportPage } from '../../../src/pages/report/report-page.ts';
import { runNumbers, runPage } from '../../../src/pages/report/run-page.ts';
import type { RunFacts } from '../../../src/runs/run-facts.ts';
import { specOf, trialOf } from '../../analysis/own-trials.ts';

/** What a ledger would say of a run. */
export function ownOrigin({ specs, summary, trials }: RunFacts): RunOrigin {
  const { benchmark, repeats, seed } = summary;
  const ids = [...new Set(trials.map(({ taskId }) => taskId))];
  return {
    id: '20260102-0304-abcd',
    started: '2026-01-02T03:04:05.000Z',
    commandFor: (pipelines) => `bench ${pipelines.join(' ')}`,
    plan: {
      benchmark,
      tasks: ids.map((id) => ({ id, hash: `hash of ${id}` })),
      pipelines: specs,
      models: [
        { name: 'scripted/known', identity: '9'.repeat(64) },
        { name: 'scripted/unknown', identity: null },
      ],
      ...{ repeats, seed, timeoutSeconds: 10, sandbox: 'native 3.12' },
    },
  };
}

/** Markup, a script, an entity, a mark that turns text round, and what Vega would take for an expression. */
export const HOSTILE = `<img src=x onerror="alert(1)"></text><script>alert(2)</script>&lt;\u202e{{datum}}'"]`;

/** A report in which pipelines and tasks have such names, with every chart. */
export function hostilePage(): ReportPage {
  const other = `${HOSTILE} too`;
  const specs = [
    specOf(HOSTILE, 2),
    specOf(other, 2, { stop: 'never' }),
    specOf('agree', 0, { stages: [{ drafts: 3 }], select: 'agreement', feedback: { source: 'none' } }),
  ];
  const trials = specs.flatMap(({ name }) =>
    Array.from({ length: 8 }, (_, place) =>
      trialOf(
        `${HOSTILE}/${place >> 1}`,
        ['ok', 'KeyError ok', 'NameError KeyError', 'AssertionError false'][place % 4]!,
        {
          ...{ pipeline: name, repeat: place & 1, tokens: 100 + place },
          ...(name === 'agree' && { drafts: 2, groups: [[0]] }),
        },
      ),
    ),
  );
  const benchmark = { name: HOSTILE, tasks: 4, sha256: '0', hiddenTests: 4 };
  const facts: RunFacts = { specs, trials, summary: { benchmark, repeats: 2, seed: 0, complete: true } };
  return runPage({ facts, origin: ownOrigin(facts) }, runNumbers(facts, null), null);
}
