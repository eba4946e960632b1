import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { findPreset, unknownPipeline } from '../../pipeline/presets.ts';
import type { Solver } from '../../wiring/solver.ts';
import { askModel, solveChat } from '../answer-chat.ts';
import { taskOfConversation } from '../conversation-task.ts';
import { USUAL_LIMITS } from '../serve-options.ts';
import type { AnswerLimits } from '../solve-task.ts';
import { VIRTUAL } from '../virtual-models.ts';
import type { AnswerSource } from './answer-source.ts';

/** Models and sandbox of this process. */
export interface SolverPlace {
  readonly solver: Solver;
  readonly limits?: Partial<AnswerLimits> | undefined;
}

/** Asks a pipeline in this process; what is no task goes to its generator's model. Throws a Refusal of a name that no preset has. */
export function askSolver(pipeline: string | PipelineSpec, { solver, limits }: SolverPlace): AnswerSource {
  const spec = typeof pipeline === 'string' ? presetNamed(pipeline) : pipeline;
  const { seconds, tokens } = { ...USUAL_LIMITS, ...limits };
  return async ({ messages, sampling, signal = new AbortController().signal }) => {
    const chat = { model: `${VIRTUAL}${spec.name}`, messages, hasTools: false, sampling };
    const services = { solver, signal, limits: { seconds, tokens }, keep: null };
    const { task } = taskOfConversation(messages);
    return task === null ? askModel(chat, spec, services) : solveChat(chat, task, spec, services);
  };
}

function presetNamed(name: string): PipelineSpec {
  const preset = findPreset(name);
  if (preset === null) throw unknownPipeline(name);
  return preset;
}
