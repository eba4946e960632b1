import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPaperFile } from '../../src/analysis/paper-files.ts';
import { GreenloopError, ModelFault } from '../../src/base/errors.ts';
import { parseJson, parseJsonLines } from '../../src/base/json-lines.ts';
import { printable, printableLines, quote } from '../../src/base/printable.ts';
import { decodeText } from '../../src/base/read-file.ts';
import { parseYaml } from '../../src/base/yaml.ts';
import { parsePool } from '../../src/evolve/pool.ts';
import { readGgufFile } from '../../src/models/gguf/gguf-file.ts';
import { HttpFailure, messageIn, parseJsonOrNull } from '../../src/models/http/http.ts';
import { LineReader } from '../../src/models/http/line-reader.ts';
import { answerInError, meaningOf } from '../../src/models/http/server-error.ts';
import type { AnswerParts } from '../../src/models/http/stream.ts';
import { completionSchema, type Message } from '../../src/models/model.ts';
import { readOllamaAnswer } from '../../src/models/ollama/ollama-answer.ts';
import { OllamaParts } from '../../src/models/ollama/ollama-parts.ts';
import { ollamaUrl } from '../../src/models/ollama/ollama-url.ts';
import { readOpenAIAnswer } from '../../src/models/openai/openai-answer.ts';
import { OpenAIParts } from '../../src/models/openai/openai-parts.ts';
import { openaiUrl } from '../../src/models/openai/openai-url.ts';
import { RecordedModel } from '../../src/models/recorded/recorded-model.ts';
import { parseScript } from '../../src/models/scripted/script-file.ts';
import { stripReasoning } from '../../src/models/strip-reasoning.ts';
import { traceHtml } from '../../src/pages/trace/trace.ts';
import { readComparing, readTrialList } from '../../src/pages/viewer/addresses.ts';
import { probesFor } from '../../src/pipeline/agreement/probes.ts';
import { isAnswerComplete } from '../../src/pipeline/complete-answer.ts';
import { extractCode } from '../../src/pipeline/extract.ts';
import { parsePipeline } from '../../src/pipeline/pipeline-spec.ts';
import { REPAIR_NAMES, repairCode } from '../../src/pipeline/repair.ts';
import { framesOf } from '../../src/pipeline/traceback-text.ts';
import { findDoctests } from '../../src/python/doctests.ts';
import { readModule } from '../../src/python/python-module.ts';
import { parsePlan } from '../../src/runs/plan.ts';
import { isEvalPlusResults, readSamples } from '../../src/runs/score-samples.ts';
import { parseTrial } from '../../src/runs/trial.ts';
import { FrameReader, frameOf } from '../../src/sandbox/frames.ts';
import { readReport } from '../../src/sandbox/project/project-report.ts';
import { verdictSchema } from '../../src/sandbox/verdict.ts';
import { taskOfConversation } from '../../src/serve/conversation-task.ts';
import { readEvalPlusTask } from '../../src/tasks/benchmarks/evalplus/evalplus.ts';
import { readHumanEvalTask } from '../../src/tasks/benchmarks/humaneval/humaneval.ts';
import { readMbppTask } from '../../src/tasks/benchmarks/mbpp/mbpp.ts';
import { readTaskFile } from '../../src/tasks/benchmarks/own-file/task-file.ts';
import { readPlace } from '../../src/tasks/in-place/place.ts';
import { replaceDefinition } from '../../src/tasks/in-place/replace-definition.ts';
import { stubDefinition } from '../../src/tasks/in-place/stub-definition.ts';
import { readTarget } from '../../src/tasks/in-place/target.ts';
import { readFreeTask } from '../../src/tasks/markdown-task.ts';
import { readTestProgram } from '../../src/tasks/test-program.ts';
import { writeTinyGguf } from '../models/gguf/tiny-gguf.ts';
import { doubleTask } from '../own-tasks.ts';
import { descriptionPrompt, signaturePrompt } from '../pipeline/task-prompt.ts';

/** A parser of foreign bytes: given any text it ends in a value or a GreenloopError. */
export interface Parser {
  readonly name: string;
  /** Each character is one byte, where the parser reads bytes. */
  readonly parse: (text: string) => unknown;
  /** Inputs that it takes, from which others are made. */
  readonly seeds: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'greenloop-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** All parts of a stream, a line each. */
function joined(parts: AnswerParts, text: string): unknown {
  const lines = new LineReader();
  for (const line of [...lines.take(Buffer.from(text)), lines.rest()]) parts.take(parseJsonOrNull(line));
  return parts.joined();
}

function fileOf(text: string, name: string, encoding: BufferEncoding = 'utf8'): string {
  const path = join(folder, name);
  writeFileSync(path, text, encoding);
  return path;
}

const CODE =
  'import os\n\n\ndef double(n: int) -> int:\n    """Twice n.\n\n    >>> double(2)\n    4\n    """\n    return n * 2\n';
const ODD =
  'match x:\n  case {"a": [1, *_]} if y: pass\nf"{x!r:>{w}}"\nasync def f(*, a=1, **k): yield\n@d\nclass A[T](B): x: int = 0b1\n';
const ANSWER = `<think>hm</think>Sure:\n\n\`\`\`python\n${CODE}\`\`\`\n\nIt doubles.<|im_end|>`;
const DELTAS = [
  {
    choices: [{ delta: { content: ANSWER, reasoning: 'hm', tool_calls: [] } }],
    timings: { prompt_n: 3, predicted_n: 4 },
  },
  { choices: [{ delta: { content: [{ type: 'text', text: 'x' }] }, finish_reason: 'stop' }] },
]
  .map((part) => JSON.stringify(part))
  .join('\n');
const MESSAGE = { role: 'assistant', content: ANSWER };
const OLLAMA = JSON.stringify({
  message: MESSAGE,
  done: true,
  done_reason: 'stop',
  eval_count: 3,
  prompt_eval_count: 4,
});
const USAGE = { prompt_tokens: 3, completion_tokens: 4 };
const OPENAI = JSON.stringify({ choices: [{ message: MESSAGE, finish_reason: 'stop' }], usage: USAGE });
const ERROR = '{"error":{"message":"maximum context length is 4096 tokens","detail":[{"msg":"a"}]}}';
const ROW = { task_id: 'Own/double', solution: CODE, raw: ANSWER, usage: USAGE, draw: 0 };
const ROWS = `${JSON.stringify(ROW)}\n\n{"task_id":"Own/double","completion":"    return 2 * n","x":NaN}\n`;
const EVALPLUS = JSON.stringify({
  eval: { 'Own/double': [{ solution: CODE, base_status: 'pass', plus_status: null }] },
});
const TASKS = `- id: double\n  prompt: |\n    def double(n):\n        """Twice n.\n\n        >>> double(2)\n        4\n        """\n  entry_point: double\n  tests: |\n    assert double(2) == 4\n`;
const HUMANEVAL = JSON.stringify({
  task_id: 'HumanEval/0',
  prompt: CODE,
  entry_point: 'double',
  test: 'def check(candidate):\n    assert candidate(2) == 4\n',
  canonical_solution: '    return n\n',
});
const PLUS = JSON.stringify({
  task_id: 'HumanEval/0',
  prompt: CODE,
  entry_point: 'double',
  canonical_solution: '    return n * 2\n',
  base_input: [[1]],
  plus_input: [[2e3], [-1]],
  atol: 0,
  contract: '',
  test: '',
});
const MBPP = JSON.stringify({
  task_id: 2,
  prompt: 'Twice.',
  code: CODE,
  test_imports: [],
  test_list: ['assert double(2) == 4'],
});
const PIPELINE =
  'name: p\ngenerator: {model: "scripted/a", temperature: 0.2}\nstages: [{iterations: 2, refiner: {model: "scripted/b"}}]\nrepair: [imports]\n';
const VERDICT = JSON.stringify({
  kind: 'raised',
  during: 'load',
  exception: { type: 'E', message: 'm', traceback: 't', line: 1, locals: {} },
  testedBy: 'judge',
  checks: [],
  checksPassed: 0,
  checksFailed: 0,
  output: '',
  seconds: 1,
  cpuSeconds: 1,
  peakBytes: null,
});
const TRIAL = `{"pipeline":"p","trace":{"taskId":"t","repeat":0,"attempts":[],"stopReason":"passed","checked":"tests","cost":{"calls":0,"promptTokens":0,"completionTokens":0,"seconds":0},"fault":null},"grades":[],"repairEffects":[]}`;
const TRACEBACK =
  'Traceback (most recent call last):\n  File "<candidate>", line 3, in double\n    return n.x\nAttributeError: no\n';
const TESTS =
  'import unittest\nclass TestDouble(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(double(1), 2)\n';

const REPORT =
  '{"event":"runner","name":"pytest"}\n{"event":"started","id":"a"}\n{"event":"reached","id":null}\n' +
  '{"event":"test","id":"a","kind":"test","outcome":"failed","file":"/a.py","name":"T.a","failure":{"type":"E","message":"m","line":1,"statement":"assert 1","traceback":"t","values":["1","==","2"]}}\n';
const PLACED =
  '# coding: latin-1\nimport re\n\nclass A:\n\t@x\n\tasync def f(self):\n\t\t"""D\n\t\ttwo."""\n\t\treturn 1 # c\n\nX = 1\n';
const PLACED_ANSWER =
  'import re\n\n\ndef help(a):\n  return re.sub("a", """b\n c""", a)\n\n\nclass A:\n  async def f(self):\n    if 1:\n      return help(\n        1)\n';

function targetIn(text: string) {
  return readTarget(Buffer.from(text, 'latin1'), readPlace('a.py:A.f')!);
}

/** Whatever an answer is, all of the file but the definition stays as it was. */
function replacedBy(answer: string): unknown {
  const file = replaceDefinition(targetIn(PLACED), answer);
  if ('message' in file) return file;
  assert.ok(file.text.startsWith(PLACED.slice(0, PLACED.indexOf('@x'))) && file.text.endsWith('\n\nX = 1\n'));
  return file;
}

const benchmark = { name: 'own', sha256: '0', tasks: [doubleTask()] };

function readError(text: string): unknown {
  const failure = new HttpFailure({ status: 400, headers: new Headers({ 'retry-after': '1' }) }, text);
  const fault = new ModelFault('refused', quote(messageIn(text)), { cause: failure });
  return [meaningOf(fault), answerInError(fault), fault.message];
}

/** What a text becomes grows with it, and not faster. */
function bounded(code: string, text: string, most = 4): string {
  assert.ok(code.length <= most * text.length + 2000, `${text.length} characters became ${code.length}`);
  return code;
}

function shown(text: string): string {
  const lines = [printable(text), quote(text), printableLines(text).replaceAll(/[\n\t]/g, ' ')];
  for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  return lines[1]!;
}

/** A text as the only message, and as one after and before others. */
function conversations(text: string): Message[][] {
  const user = (content: string): Message => ({ role: 'user', content });
  const answer: Message = { role: 'assistant', content: ANSWER };
  const wish = user('Write a Python function `double(n)`.');
  return [
    [user(text)],
    [wish, answer, user(text)],
    [user(text), { role: 'assistant', content: text }, user('Now also handle 0.')],
  ];
}

/** The beginning of a real GGUF file, a character a byte. */
function ggufSeed(): string {
  const path = join(folder, 'seed.gguf');
  writeTinyGguf(path, { answer: ['pass'] });
  return readFileSync(path, 'latin1').slice(0, 6000);
}

const EVERY_REPAIR = new Set(REPAIR_NAMES);
const prompts = [signaturePrompt({ entryPoint: 'double' }), descriptionPrompt({ entryPoint: 'double' })];

/** A trial that was kept, as its page shows it. */
function readTrace(text: string): unknown {
  const trial = parseTrial(text);
  return trial && `${traceHtml({ trial, prompt: null }, 'values')}`;
}

export const PARSERS: readonly Parser[] = [
  { name: 'ollama-answer', parse: (text) => readOllamaAnswer(parseJsonOrNull(text)), seeds: [OLLAMA, ERROR] },
  {
    name: 'ollama-stream',
    parse: (text) => readOllamaAnswer(joined(new OllamaParts(), text)),
    seeds: [`${OLLAMA}\n${OLLAMA}\n`, ERROR],
  },
  {
    name: 'openai-stream',
    parse: (text) => readOpenAIAnswer(joined(new OpenAIParts(), text)),
    seeds: [OPENAI, DELTAS],
  },
  { name: 'openai-answer', parse: (text) => readOpenAIAnswer(parseJsonOrNull(text)), seeds: [OPENAI, ERROR] },
  { name: 'server-error', parse: readError, seeds: [ERROR, '{"error":"{\\"error\\":1}"}', 'Loading model', OPENAI] },
  { name: 'server-url', parse: (text) => [ollamaUrl(text), openaiUrl(text)], seeds: ['http://[::1]:80/v1/', '"a:1"'] },
  { name: 'reasoning', parse: (text) => bounded(stripReasoning(text, 'stop'), text, 1), seeds: [ANSWER] },
  { name: 'gguf', parse: (text) => readGgufFile(fileOf(text, 'x.gguf', 'latin1')), seeds: [ggufSeed()] },
  { name: 'json-lines', parse: (text) => parseJsonLines(text, 'x'), seeds: [ROWS] },
  { name: 'json', parse: (text) => parseJson(text, 'x'), seeds: [EVALPLUS, '[NaN, -Infinity, "NaN"]'] },
  {
    name: 'bytes',
    parse: (text) => decodeText(Buffer.from(text, 'latin1'), 'x'),
    seeds: ['\xef\xbb\xbfa', '\xff\xfea\0', CODE],
  },
  { name: 'yaml', parse: (text) => parseYaml(text, 'x'), seeds: [TASKS, PIPELINE, 'a: &b [1]\nc: *b\n'] },
  {
    name: 'samples',
    parse: (text) => readSamples(parseJsonLines(text, 'x'), benchmark, { repairs: REPAIR_NAMES, path: 'x' }),
    seeds: [ROWS],
  },
  { name: 'evalplus-results', parse: (text) => isEvalPlusResults(parseJson(text, 'x')), seeds: [EVALPLUS] },
  { name: 'paper', parse: (text) => readPaperFile(parseJson(text, 'x')), seeds: [EVALPLUS, '{"a":1}'] },
  { name: 'recording', parse: (text) => new RecordedModel(fileOf(text, 'x.jsonl')).recording, seeds: [ROWS] },
  { name: 'script', parse: (text) => parseScript(text, 'x'), seeds: ['- {task: "a*", text: "x", delay_seconds: 1}\n'] },
  { name: 'tasks', parse: (text) => readTaskFile(fileOf(text, 'tasks.yaml')).tasks.length, seeds: [TASKS] },
  { name: 'humaneval', parse: (text) => readHumanEvalTask(parseJson(text, 'x'), 'x'), seeds: [HUMANEVAL] },
  { name: 'evalplus', parse: (text) => readEvalPlusTask(text, 'x'), seeds: [PLUS] },
  { name: 'mbpp', parse: (text) => readMbppTask(parseJson(text, 'x'), 'x'), seeds: [MBPP] },
  {
    name: 'free-task',
    parse: (text) => readFreeTask(text),
    seeds: [CODE, 'Write `double(x)`.\n\ndouble(2) == 4\nInput: 2\nOutput: 4\n'],
  },
  {
    name: 'tests',
    parse: (text) => readTestProgram(text, { entryPoint: 'double' }),
    seeds: [TESTS, 'assert double(2) == 4\n'],
  },
  {
    name: 'conversation',
    parse: (text) => conversations(text).map((messages) => taskOfConversation(messages).task !== null),
    seeds: [
      'Write a Python function double(n), so that double(2) should be 4.\n\n```python\ndef test_two():\n    assert double(2) == 4\n```\n',
      '### Task:\nGenerate a title.\n',
      'It fails: double(2) gives 5 instead of 4. Please fix it and make it faster.',
      `Complete this, can you?\n\n${CODE}`,
      'Convert this to Rust\n~~~js\nfunction f(a) {}\n~~~\n- explain `f(x)` (called twice)',
    ],
  },
  { name: 'pipeline', parse: (text) => parsePipeline(parseYaml(text, 'x'), 'x'), seeds: [PIPELINE] },
  {
    name: 'pool',
    parse: (text) => parsePool(parseYaml(text, 'x'), 'x'),
    seeds: ['models: [a/b, c/d]\ntemperatures: {from: 0, to: 1, step: 0.1}\n'],
  },
  {
    name: 'completion-row',
    parse: (text) => completionSchema.safeParse(parseJsonOrNull(text)).success,
    seeds: [OLLAMA],
  },
  { name: 'verdict', parse: (text) => verdictSchema.safeParse(parseJsonOrNull(text)).success, seeds: [VERDICT] },
  {
    name: 'judge-frames',
    parse: (text) => new FrameReader().push(Buffer.from(text, 'latin1')).length,
    seeds: [frameOf({ kind: 'started', limitSeconds: 1 }).toString('latin1'), '\u0000\u0000\u0000\u0002{}'],
  },
  { name: 'trial-row', parse: (text) => [parseTrial(text), parsePlan(text)], seeds: [TRIAL, VERDICT] },
  { name: 'trace-page', parse: readTrace, seeds: [TRIAL] },
  {
    name: 'view-address',
    parse: (text) => [readTrialList(new URLSearchParams(text)), readComparing(new URLSearchParams(text))],
    seeds: [
      'pipeline=p&task=T%2F1&outcome=passed&sort=seconds&order=down&from=50',
      'a=20260101-0000-abcd:p&b=&tasks=all',
    ],
  },
  { name: 'traceback', parse: framesOf, seeds: [TRACEBACK] },
  {
    name: 'extraction',
    parse: (text) => prompts.map((prompt) => bounded(extractCode(text, prompt).code, text, 2)),
    seeds: [ANSWER, CODE, `>>> ${CODE}`],
  },
  {
    name: 'complete-answer',
    parse: (text) => prompts.map((prompt) => isAnswerComplete(text, prompt)),
    seeds: [ANSWER, `${CODE}\nIt takes the number and gives back two times as much.`],
  },
  {
    name: 'repairs',
    parse: (text) => prompts.map((prompt) => bounded(repairCode(text, prompt, EVERY_REPAIR).code, text)),
    seeds: [CODE, ODD, `\t\t${CODE}`],
  },
  {
    name: 'probes',
    parse: (text) => prompts.map((prompt) => probesFor({ ...prompt, examples: [{ source: text }] }, [text], 1)),
    seeds: [
      CODE,
      'assert double([1, {"a": (2.5, None)}], k=-3) == 1',
      'def double(a: list[dict[str, int | None]], b=1): pass',
    ],
  },
  { name: 'python', parse: (text) => readModule(text).statements.length, seeds: [CODE, ODD] },
  {
    name: 'doctests',
    parse: findDoctests,
    seeds: [CODE, '>>> f("a")\n\'b\'\n>>> g()\nTraceback (most recent call last):\nE: x\n'],
  },
  { name: 'project-report', parse: (text) => readReport(text).tests.length, seeds: [REPORT] },
  { name: 'file-of-definition', parse: (text) => stubDefinition(targetIn(text)), seeds: [PLACED, ODD] },
  { name: 'answer-in-place', parse: replacedBy, seeds: [PLACED_ANSWER, ANSWER, CODE] },
  { name: 'terminal', parse: shown, seeds: ['\u001b[2J\u202e\u200b\ud800', CODE] },
];

/** Runs a parser; throws where it ends in anything but a value or a GreenloopError of one line. */
export function runParser({ parse }: Parser, text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof GreenloopError)) throw error;
    assert.doesNotMatch(error.message, /\n/);
    assert.ok(error.message.length < 5000, `a message of ${error.message.length} characters`);
  }
}
