import { shortModelName } from '../models/model-name.ts';
import { type PipelineInput, type PipelineSpec, parsePipeline } from '../pipeline/pipeline-spec.ts';
import { DRAFT_TEMPERATURES } from '../pipeline/presets.ts';

/** What repairs are told of. */
export type TuneFeedback = 'tests' | 'examples';

/** Further drafts where a model draws again, and repairs of the best of them at most. */
const FURTHER_DRAFTS = 3;
const REPAIRS = 2;
/** Repairs at most where nothing is drawn again. */
const REPAIRS_ALONE = 3;

/** Each model alone: one draft. */
export function soloPipelines(models: readonly string[], feedback: TuneFeedback): PipelineSpec[] {
  return models.map((model) => pipeline(`${shortModelName(model)} alone`, { generator: { model } }, feedback));
}

/** Each model with redraws, with repairs and with both, and every pair in which one model drafts and another repairs. */
export function richPipelines(models: readonly string[], feedback: TuneFeedback): PipelineSpec[] {
  return models.flatMap((drafter) => {
    const draws = { model: drafter, temperature: [...DRAFT_TEMPERATURES] };
    const redraw = { drafts: FURTHER_DRAFTS };
    const short = shortModelName(drafter);
    const drawn = pipeline(`${short} draws ${FURTHER_DRAFTS + 1}`, { generator: draws, stages: [redraw] }, feedback);
    const repaired = models.flatMap((refiner) => {
      const byWhom = refiner === drafter ? 'and repairs' : `and ${shortModelName(refiner)} repairs`;
      const repairs = (iterations: number) => ({ iterations, refiner: { model: refiner } });
      return [
        pipeline(
          `${short} drafts ${byWhom}`,
          { generator: { model: drafter }, stages: [repairs(REPAIRS_ALONE)] },
          feedback,
        ),
        pipeline(
          `${short} draws ${FURTHER_DRAFTS + 1} ${byWhom}`,
          { generator: draws, stages: [redraw, repairs(REPAIRS)] },
          feedback,
        ),
      ];
    });
    return [drawn, ...repaired];
  });
}

/** The most drafts that any of them asks one model for. */
export const MOST_DRAFTS = FURTHER_DRAFTS + 1;

function pipeline(
  name: string,
  roles: Pick<PipelineInput, 'generator' | 'stages'>,
  source: TuneFeedback,
): PipelineSpec {
  return parsePipeline({ name, ...roles, feedback: { source } }, name);
}
