/**
 * What a program imports from 'greenloop'; docs/library.md shows each part at work. Every type that a signature here names is exported
 * too, and every error that is raised on purpose is a GreenloopError.
 */

// Analyses: what the trials of a run show.
export type { AgreementBin, AgreementReliability } from './analysis/agreement-reliability.ts';
export { type Analysis, analyzeRun } from './analysis/analyze-run.ts';
export type { BestOfRuns } from './analysis/best-of-runs.ts';
export type { PipelineChances } from './analysis/chances.ts';
export {
  type CompareOptions,
  type Comparison,
  compareAll,
  compareWithFirst,
  type Equivalence,
  type TestedDifference,
} from './analysis/comparison.ts';
export type { PipelineCost, Price } from './analysis/costs.ts';
export type { CutAnswers } from './analysis/cut-answers.ts';
export type { ErrorCount, FirstErrorLine, FirstErrors } from './analysis/first-errors.ts';
export type { ForcedIteration } from './analysis/forced.ts';
export type { HierarchicalResult } from './analysis/hierarchical.ts';
export type { ForcedIterations, StoppedIterations } from './analysis/iterations.ts';
// Runs: pipelines on a benchmark, graded by tests that no stage sees, and what happens meanwhile.
export { type MeasureOptions, measureRun } from './analysis/measure-run.ts';
export type { MoveValue } from './analysis/move-values.ts';
export type { NeverSolved } from './analysis/never-solved.ts';
export { type PaperNumbers, paperNumbers } from './analysis/paper.ts';
export type { Fixes, PaperForced, PaperResult, PaperSeparation } from './analysis/paper-results.ts';
export type { PassAtK, PipelineResult } from './analysis/pipeline-results.ts';
export type { RepairResult } from './analysis/repair-results.ts';
export type { Separation } from './analysis/separations.ts';
export { type SampleSource, storeSamples } from './analysis/store-samples.ts';
export { type RunEnding, type SummaryOptions, summarizeRun } from './analysis/summarize-run.ts';
export {
  type PipelineSummary,
  type RepairTally,
  type RunSize,
  type Solved,
  type Summary,
  summarizePipeline,
} from './analysis/summary.ts';
// Errors: the message says what was expected, what came and what to do next.
export {
  type Choice,
  Fault,
  GreenloopError,
  ModelFault,
  type ModelFaultReason,
  Refusal,
  SandboxFault,
  ServerGone,
  UnsupportedFault,
} from './base/errors.ts';
export type { Immutable } from './base/immutable.ts';
// Tasks: one of your own from text, or benchmarks by name and from files.
export type { OnProgress } from './base/receive-file.ts';
// The ledger: what was asked and run before, and whole runs.
export type { Cache } from './cache/cache.ts';
export type { CachedModelOptions, Reuse } from './cache/cached-model.ts';
// Searches: the best pipeline that a pool holds, by trials in an arena of your own or of pipelines.
export { type Arena, PipelineArena, type PipelineArenaOptions } from './evolve/arena.ts';
export type { Budget } from './evolve/budget.ts';
export type { Finding, Findings } from './evolve/findings.ts';
export {
  type DraftsGene,
  type Genome,
  type PolicyGenes,
  pipelineOf,
  type RoleGene,
  type StageGene,
} from './evolve/genome.ts';
export { type HeldOut, type HeldOutOptions, measureHeldOut } from './evolve/held-out.ts';
export type { Score } from './evolve/pareto.ts';
export { type Pool, type PoolInput, parsePool } from './evolve/pool.ts';
export type { Preference } from './evolve/preference.ts';
export { type GenomeRecord, runSearch, type SearchOptions, type SearchState } from './evolve/search.ts';
export { type SearchPart, type SearchRequest, type SearchWatch, searchPipelines } from './evolve/search-pipelines.ts';
export { guessDifficulty, type Split, splitTasks } from './evolve/split.ts';
export { STRATEGY_NAMES, type StrategyName, strategyNamed } from './evolve/strategies.ts';
export type { BudgetUnit, Estimate, Outcome, SearchProblem, Standing, Strategy, Wanted } from './evolve/strategy.ts';
// Models: anything with `name`, `prepare` and `complete` is one; with an `identity` its answers can be kept.
export type {
  Completion,
  CompletionRequest,
  Draw,
  Message,
  Model,
  ModelListing,
  ModelServer,
  Recording,
  Role,
  Sampling,
  ServerNotices,
} from './models/model.ts';
// Settings: what this machine, its environment variables and the program say.
export type { Environment, ModelSettings } from './models/model-provider.ts';
export type { NamedServer } from './models/named-server.ts';
export type { OllamaSettings } from './models/ollama/provider.ts';
export type { OpenAISettings } from './models/openai/provider.ts';
export { type ScriptAnswer, ScriptedModel } from './models/scripted/scripted-model.ts';
// The loop: generate, run, repair with what the run said, stop at the first pass.
export type { AnswerAgreement } from './pipeline/agreement/answer-agreement.ts';
export { type FeedbackOptions, feedbackOf } from './pipeline/feedback.ts';
export { exampleTests } from './pipeline/feedback-tests.ts';
export type { LoopEvent } from './pipeline/loop-event.ts';
export type { PipelineServices } from './pipeline/pipeline-services.ts';
export {
  type DrafterSpec,
  type DraftStage,
  type FeedbackDetail,
  type FeedbackSource,
  modelsOf,
  type PipelineInput,
  type PipelineSpec,
  parsePipeline,
  pipelineJsonSchema,
  type RepairStage,
  type RoleSpec,
  type StageSpec,
} from './pipeline/pipeline-spec.ts';
export { findPreset, presetNames } from './pipeline/presets.ts';
export type { PromptChoice } from './pipeline/prompts.ts';
export type { RepairName } from './pipeline/repair.ts';
export { runPipeline } from './pipeline/run-pipeline.ts';
export type { Attempt, Cost, StopReason, Trace } from './pipeline/trace.ts';
export type { RedisAddress } from './queue/redis-address.ts';
// Reports: what bench, analyze and evolve tell, as tables of typed cells, and as text, HTML and JSON.
export { analysisReport } from './report/analysis-report.ts';
export { benchReport } from './report/bench-report.ts';
export type { IntervalOf } from './report/comparison-tables.ts';
export { renderHtml } from './report/render-html.ts';
export { renderJson } from './report/render-json.ts';
export { renderText } from './report/render-text.ts';
export { type SearchResult, type SearchResults, searchReport } from './report/search-report.ts';
export type {
  Cell,
  Column,
  ColumnKind,
  Fraction,
  MeanDeviation,
  Note,
  Paragraph,
  Range,
  Report,
  Row,
  Table,
} from './report/table.ts';
export type { BenchmarkSummary, PreflightSummary } from './runs/benchmark-summary.ts';

export { type RunEvent, runEventSchema, type TrialEvent } from './runs/event.ts';
export { type GradingOptions, gradeCode } from './runs/grade.ts';
export type { Look, Looks } from './runs/looks.ts';
export {
  type Plan,
  type PlannedTrial,
  type PlanRequest,
  type PlanServices,
  planHash,
  planRun,
  trialsOf,
} from './runs/plan.ts';
export {
  type CheckedBenchmark,
  type CheckOptions,
  checkBenchmark,
  type LeftOutTask,
  type Preflight,
  type PreflightOptions,
  type PreflightWatch,
  type WrongExample,
} from './runs/preflight.ts';
export { findRun, type ReadableRun, readRun } from './runs/read-run.ts';
export { readRunFolder } from './runs/read-run-folder.ts';
export { readResults } from './runs/results/read-results.ts';
export type { Result } from './runs/results/result.ts';
export { Run, type RunPlaces } from './runs/run.ts';
export type { RunFacts } from './runs/run-facts.ts';
export { RunFolder } from './runs/run-folder.ts';
export type {
  Compaction,
  RunBeginning,
  RunEnd,
  RunListing,
  RunState,
  RunStore,
  RunUnderway,
  RunWriter,
  StoredTrial,
  SubscribeOptions,
  TrialPage,
  TrialPlace,
  TrialQuery,
  TrialRow,
} from './runs/run-store.ts';
export type { TrialSettings } from './runs/run-trial.ts';
export type { RunViews, TaskCell, TrialCount, TrialMatches, TrialSearch } from './runs/run-views.ts';
export {
  type ReadingOptions,
  readSamples,
  type Sample,
  type ScoredSample,
  type ScoringOptions,
  scoreSamples,
} from './runs/score-samples.ts';
export {
  type Agreement,
  type JudgedSamples,
  passAtKTable,
  type ScoreSummary,
  summarizeScore,
} from './runs/score-summary.ts';
export { type Demand, demandOf, type RunServices, type TrialRunner } from './runs/services.ts';
export { runTrials, startRun } from './runs/start-run.ts';
export { type Grade, outcomeOf, type RepairEffect, type Trial, type TrialOutcome, trialSchema } from './runs/trial.ts';
export { type AttemptFacts, factsOf, type GradeFacts, type TrialFacts } from './runs/trial-facts.ts';
// The sandbox: runs candidates isolated; failing code is a Verdict, only a broken sandbox throws.
export type { Isolation, JudgedTests, ProjectTests, RunRequest, Sandbox, TestFile } from './sandbox/sandbox.ts';
export type { Check, TestedBy, Verdict } from './sandbox/verdict.ts';
// Serving: pipelines as models behind the interfaces that editors and agents speak.
export type { AdmissionLimits } from './serve/http/admission.ts';
export type { RequestLog } from './serve/http/app.ts';
export type { GuardOptions } from './serve/http/guard.ts';
export type { ClientPatience, Listening } from './serve/http/listen.ts';
export { serve } from './serve/serve.ts';
export type { ServeOptions } from './serve/serve-options.ts';
export type { AnswerLimits } from './serve/solve-task.ts';
export type { Interval } from './statistics/interval.ts';
export type { Repeats, RepeatsNeeded } from './statistics/power.ts';
export { Random, type RandomState } from './statistics/random.ts';
export type { Cases, Rate } from './statistics/rate.ts';
export type { Ledger } from './store/ledger.ts';
export type { SqliteLedgerOptions } from './store/sqlite-ledger.ts';
export { BENCHMARK_NAMES, loadBenchmark } from './tasks/catalog.ts';
export type { DataPlaces } from './tasks/data-folder.ts';
export type { DownloadOptions } from './tasks/download.ts';
export { type FreeTask, type FreeTaskOptions, readFreeTask, taskOf } from './tasks/markdown-task.ts';
export type { ScriptCase } from './tasks/script/script-case.ts';
export { selectTasks, type TaskSelection } from './tasks/select-tasks.ts';
export {
  type Benchmark,
  type Example,
  type FileProgram,
  type GivenModule,
  Grader,
  type JudgedProgram,
  type ProjectProgram,
  type Task,
  type TaskPrompt,
  type TestProgram,
  type TestSuite,
} from './tasks/task.ts';
export type { TestMode } from './tasks/test-program.ts';
export { keepAnswers, keepVerdicts, openLedger } from './wiring/ledger.ts';
export { type MeasureRequest, type MeasureWatch, measurePipelines } from './wiring/measure-pipelines.ts';
export { modelServers, openModels } from './wiring/models.ts';
export {
  type OpenServices,
  openServices,
  type ServicesRequest,
  type ServicesWatch,
} from './wiring/open-services.ts';
export { dataPlaces } from './wiring/places.ts';
export type { ProviderSettings } from './wiring/providers.ts';
export { openSandbox } from './wiring/sandbox.ts';
export { readSettings, type SandboxKind, type Settings } from './wiring/settings.ts';
export { type CheckingOptions, check, type SolveOptions, solve } from './wiring/solve.ts';
export { Solver, type SolverOptions, type SolvingOptions } from './wiring/solver.ts';
