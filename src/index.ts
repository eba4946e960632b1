/**
 * What a program imports: `import { runPipeline } from 'greenloop'`. A task, a pipeline, models and a sandbox go into
 * `runPipeline`; out comes a Trace with every attempt. `examples/solve-in-a-program.ts` shows it whole.
 */

// Experiments: pipelines on benchmarks, graded by tests that no stage sees.
export { type Analysis, analyzeRun } from './analysis/analyze-run.ts';
export { type Comparison, compareAll, compareWithFirst } from './analysis/comparison.ts';
export { type PipelineSummary, type Summary, summarizePipeline } from './analysis/summary.ts';
// Errors: every one raised on purpose is a GreenloopError whose message says what to do next.
export { Fault, GreenloopError, ModelFault, Refusal, SandboxFault, UnsupportedFault } from './base/errors.ts';
// Searches: the best pipeline that a pool holds, by trials in an arena of your own or of pipelines.
export { type Arena, type BudgetUnit, PipelineArena } from './evolve/arena.ts';
export type { Budget } from './evolve/budget.ts';
export type { Finding, Findings } from './evolve/findings.ts';
export { type Genome, pipelineOf } from './evolve/genome.ts';
export type { HeldOut } from './evolve/held-out.ts';
export type { Score } from './evolve/pareto.ts';
export { type Pool, type PoolInput, parsePool } from './evolve/pool.ts';
export type { Preference } from './evolve/preference.ts';
export { runSearch, type SearchState } from './evolve/search.ts';
export { type SearchPart, type SearchRequest, type SearchWatch, searchPipelines } from './evolve/search-pipelines.ts';
export type { Split } from './evolve/split.ts';
export { STRATEGY_NAMES, type StrategyName, strategyNamed } from './evolve/strategies.ts';
export type { Estimate, Outcome, SearchProblem, Standing, Strategy, Wanted } from './evolve/strategy.ts';
// Models: anything with `name`, `prepare` and `complete` is one; with an `identity` its answers can be kept.
export type {
  Completion,
  CompletionRequest,
  Message,
  Model,
  ModelListing,
  ModelServer,
  ServerNotices,
} from './models/model.ts';
export { ScriptedModel } from './models/scripted/scripted-model.ts';
// The loop: generate, run, repair with what the run said, stop at the first pass.
export { failureLine, feedbackOf } from './pipeline/feedback.ts';
export { exampleTests } from './pipeline/feedback-tests.ts';
export {
  type FeedbackSource,
  modelsOf,
  type PipelineInput,
  type PipelineSpec,
  parsePipeline,
  pipelineJsonSchema,
} from './pipeline/pipeline-spec.ts';
export { findPreset, presetNames } from './pipeline/presets.ts';
export { type PipelineServices, runPipeline } from './pipeline/run-pipeline.ts';
export type { Attempt, Cost, StopReason, Trace } from './pipeline/trace.ts';
// Reports: what bench and analyze tell, as tables of typed cells, and as text, HTML and JSON.
export { analysisReport } from './report/analysis-report.ts';
export { benchReport } from './report/bench-report.ts';
export { renderHtml } from './report/render-html.ts';
export { renderJson } from './report/render-json.ts';
export { renderText } from './report/render-text.ts';
export type { Cell, Column, Report, Row, Table } from './report/table.ts';
export { gradeCode } from './runs/grade.ts';
export { type Plan, type PlanRequest, planRun } from './runs/plan.ts';
export { type Preflight, preflight, withoutWrongExamples } from './runs/preflight.ts';
export { findRun, type ReadableRun, readRun } from './runs/read-run.ts';
export { readRunFolder } from './runs/read-run-folder.ts';
export type { RunFacts } from './runs/run-facts.ts';
export { RunFolder } from './runs/run-folder.ts';
export { passAtKTable, readSamples, scoreSamples } from './runs/score-samples.ts';
export type { RunServices } from './runs/services.ts';
export { runTrials, startRun } from './runs/start-run.ts';
export { type Grade, outcomeOf, type Trial } from './runs/trial.ts';
// The sandbox: runs candidates isolated; failing code is a Verdict, only a broken sandbox throws.
export type { Isolation, JudgedTests, RunRequest, Sandbox, TestFile } from './sandbox/sandbox.ts';
export type { Check, TestedBy, Verdict } from './sandbox/verdict.ts';
// The ledger: what was asked and run before, and whole runs.
export type { Ledger } from './store/ledger.ts';

// Tasks: one of your own from text, or benchmarks by name and from files.
export { BENCHMARK_NAMES, loadBenchmark } from './tasks/catalog.ts';
export { type FreeTask, type FreeTaskOptions, readFreeTask } from './tasks/markdown-task.ts';
export { selectTasks } from './tasks/select-tasks.ts';
export type {
  Benchmark,
  Example,
  FileProgram,
  Grader,
  JudgedProgram,
  Task,
  TaskPrompt,
  TestProgram,
} from './tasks/task.ts';
export { readTestProgram, type TestClues, type TestMode } from './tasks/test-program.ts';

// What this machine and its environment variables offer.
export { keepAnswers, keepVerdicts, openLedger } from './wiring/ledger.ts';
export { modelServers, openModels } from './wiring/models.ts';
export { dataPlaces } from './wiring/places.ts';
export { openSandbox } from './wiring/sandbox.ts';
export { readSettings, type SandboxKind, type Settings } from './wiring/settings.ts';
