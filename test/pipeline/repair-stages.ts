import { isDraftStage, type PipelineSpec, type RepairStage } from '../../src/pipeline/pipeline-spec.ts';

/** The stages of a pipeline that only repairs. */
export function repairStagesOf({ stages }: PipelineSpec): RepairStage[] {
  return stages.map((stage) => {
    if (isDraftStage(stage)) throw new TypeError('this pipeline draws drafts');
    return stage;
  });
}
