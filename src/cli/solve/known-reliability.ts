import { existsSync } from 'node:fs';
import { type AgreementBefore, agreementBefore } from '../../analysis/agreement-before.ts';
import { Refusal } from '../../base/errors.ts';
import { answerAgreement } from '../../pipeline/agreement/answer-agreement.ts';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import type { Trace } from '../../pipeline/trace.ts';
import type { Surroundings } from '../command.ts';
import { withKeptRuns } from '../runs/kept-runs.ts';
import { say } from '../terminal/output.ts';

/** How often such answers of these models were right in a run that the ledger holds; null where something was checked or nothing is known. */
export async function knownReliability(
  spec: PipelineSpec,
  trace: Trace,
  { ledger }: Pick<Surroundings, 'ledger'>,
): Promise<AgreementBefore | null> {
  const agreement = answerAgreement(trace);
  const isChecked = trace.checked === 'tests' || trace.checked === 'examples';
  if (agreement === null || isChecked || !existsSync(ledger)) return null;
  try {
    return await withKeptRuns({ ledger }, (runs) => agreementBefore(runs, spec, agreement));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(`earlier runs cannot be read: ${error.message}`);
    return null;
  }
}
