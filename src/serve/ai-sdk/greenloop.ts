import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { PipelineSpec } from '../../pipeline/pipeline-spec.ts';
import { generatedOf, streamOf } from './answer-parts.ts';
import type { AnswerSource } from './answer-source.ts';
import { readPrompt, warningsFor } from './read-call.ts';
import { askServer, type ServerPlace } from './server-answers.ts';
import { askSolver, type SolverPlace } from './solver-answers.ts';

export type { ServerPlace } from './server-answers.ts';
export type { SolverPlace } from './solver-answers.ts';

/**
 * A pipeline as a language model of the AI SDK, at a server of greenloop (by default on this machine) or in this process. What was verified
 * is in `providerMetadata.greenloop`.
 */
export function greenloop(pipeline: string | PipelineSpec, place: ServerPlace | SolverPlace = {}): LanguageModelV4 {
  const name = typeof pipeline === 'string' ? pipeline : pipeline.name;
  const source = 'solver' in place ? askSolver(pipeline, place) : askServer(name, place);
  return {
    specificationVersion: 'v4',
    provider: 'greenloop',
    modelId: name,
    supportedUrls: {},
    doGenerate: async (options) => ({
      ...(await generatedOf(await ask(source, options, options.abortSignal))),
      warnings: warningsFor(options),
    }),
    async doStream(options) {
      const leaving = new AbortController();
      const signals = [leaving.signal, ...(options.abortSignal === undefined ? [] : [options.abortSignal])];
      const signal = AbortSignal.any(signals);
      const events = await ask(source, options, signal);
      return { stream: streamOf(events, { warnings: warningsFor(options), signal, leave: () => leaving.abort() }) };
    },
  };
}

function ask(source: AnswerSource, options: LanguageModelV4CallOptions, signal: AbortSignal | undefined) {
  const { temperature, maxOutputTokens: maxTokens, seed, stopSequences: stop, headers = {} } = options;
  const sampling = { temperature, maxTokens, seed, stop };
  return source({ messages: readPrompt(options.prompt), sampling, headers, signal });
}
