import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Refusal, SandboxFault } from '../base/errors.ts';
import { findProgram } from '../base/find-program.ts';
import { readBytes } from '../base/read-file.ts';
import { feedbackOf } from '../pipeline/feedback.ts';
import { findInterpreter } from '../sandbox/native/native-parts.ts';
import { type Baseline, expectedOf, whyNotWritable } from '../sandbox/project/project-baseline.ts';
import { findProject, isHidden, isWithin, type ProjectFolder } from '../sandbox/project/project-folder.ts';
import { findProjectPython } from '../sandbox/project/project-python.ts';
import type { ProjectRun } from '../sandbox/project/project-run.ts';
import { verdictOfRun } from '../sandbox/project/project-verdict.ts';
import { ProjectSandbox } from '../sandbox/project-sandbox.ts';
import { RememberingSandbox } from '../sandbox/remembering-sandbox.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { inPlaceTask } from '../tasks/in-place/in-place-task.ts';
import type { Place } from '../tasks/in-place/place.ts';
import { type Misplaced, type ReplacedFile, replaceDefinition } from '../tasks/in-place/replace-definition.ts';
import { stubDefinition } from '../tasks/in-place/stub-definition.ts';
import { lineOf, readTarget, type Target, targetPath } from '../tasks/in-place/target.ts';
import { testSource } from '../tasks/in-place/test-source.ts';
import type { FreeTask } from '../tasks/markdown-task.ts';
import { runnerFolder } from './places.ts';
import { homeFolder, type Settings } from './settings.ts';

/** A definition in a file of a project, and what tests it. */
export interface InPlaceRequest {
  readonly place: Place;
  /** The command that tests the project; it runs in `folder` where that belongs to the project, else in the project's. */
  readonly command: string;
  readonly folder: string;
  readonly timeoutSeconds: number;
}

/** A definition that can be written, with all that this needs. */
export interface InPlace {
  readonly task: FreeTask;
  readonly sandbox: Sandbox;
  readonly project: ProjectFolder;
  /** The real path of the file, and what it held when it was read. */
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** How many tests there are, and how many of them fail. */
  readonly tests: { readonly all: number; readonly failed: number };
  /** The file with the definition of an answer, or why that cannot be. */
  readonly replaced: (code: string) => ReplacedFile | Misplaced;
}

const MOST_FILE = 1 << 20;
/** Of a run of the tests, as far as Linux shows what its processes hold. */
const MOST_MEMORY = 8 * 2 ** 30;
const MOST_TESTS = 5;
const CHARACTERS_PER_TOKEN = 3.5;
const SHARE_OF_CONTEXT = 0.5;
/** Of a run: what the models are told of failures is a part of it. */
const FEEDBACK_TOKENS = 500;

/** Reads the file and runs the project's tests before anything is asked. Throws a Refusal where no answer could make them pass. */
export async function openInPlace(request: InPlaceRequest, settings: Settings, signal?: AbortSignal): Promise<InPlace> {
  const { place, command, timeoutSeconds } = request;
  const { file, project } = findFile(place, request.folder);
  const bytes = readBytes(file);
  if (bytes.length > MOST_FILE) throw new Refusal(`${place.file} is larger than 1 MiB`);
  const target = readTarget(bytes, place);
  const sandbox = await openSandbox({ ...request, file, project }, settings, signal);
  const observed = { command, limitSeconds: timeoutSeconds };
  const asIs = await sandbox.observe({ ...observed, bytes, isStubbed: false }, signal);
  const stub = asIs.status === 0 ? null : stubDefinition(target);
  const stubbed = stub && (await sandbox.observe({ ...observed, bytes: stub, isStubbed: true }, signal));
  const baseline = { asIs, stubbed, name: targetPath(target) };
  const problem = whyNotWritable(baseline);
  if (problem !== null)
    throw new Refusal(`${place.file}: ${problem}`, asIs.status === null ? { choice: 'time-limit' } : {});
  const replaced = (code: string) => replaceDefinition(target, code);
  sandbox.judgeBy(replaced, baseline);
  return {
    ...{ file, bytes, project, replaced },
    sandbox: new RememberingSandbox(sandbox),
    text: target.file.text,
    task: taskOf(target, { request, baseline, project, settings }),
    tests: { all: expectedOf(baseline).tests.size, failed: failedTests(asIs).length },
  };
}

/** The real path of the file, which has to lie in its project. */
function findFile({ file }: Place, folder: string): { file: string; project: ProjectFolder } {
  const given = resolve(file);
  const real = statSync(given, { throwIfNoEntry: false }) === undefined ? null : realpathSync(given);
  if (real === null) throw new Refusal(`${file} does not exist`);
  const project = findProject(realpathSync(dirname(given)), homeFolder(), realpathSync(folder));
  if (!isWithin(real, project.root))
    throw new Refusal(`${file} is a link to ${real}, outside of the project ${project.root}`);
  return { file: real, project };
}

async function openSandbox(
  { file, project, folder }: InPlaceRequest & { readonly file: string; readonly project: ProjectFolder },
  { sandbox, searchPath, python: chosen }: Settings,
  signal?: AbortSignal,
): Promise<ProjectSandbox> {
  const bubblewrap = process.platform === 'linux' ? findProgram(['bwrap'], searchPath) : null;
  if (sandbox === 'pyodide' || bubblewrap === null)
    throw new SandboxFault(
      'the tests of a project run only in the native sandbox, which needs Linux and bubblewrap (Debian: apt install bubblewrap)',
    );
  const interpreter = findInterpreter(searchPath, chosen);
  if (typeof interpreter === 'string') throw new SandboxFault(interpreter);
  const python = findProjectPython(project.root, interpreter, chosen);
  const mode = statSync(file).mode & 0o777;
  const inProject = isWithin(realpathSync(folder), project.root) ? realpathSync(folder) : project.root;
  const found = { bubblewrap, interpreter, runner: runnerFolder, project, python };
  const parts = { ...found, file, mode, folder: inProject, mostBytes: MOST_MEMORY };
  return ProjectSandbox.open(parts, signal);
}

function taskOf(
  target: Target,
  {
    request,
    baseline,
    project,
    settings,
  }: {
    readonly request: InPlaceRequest;
    readonly baseline: Baseline;
    readonly project: ProjectFolder;
    readonly settings: Settings;
  },
): FreeTask {
  const { command } = request;
  const verdict = verdictOfRun(baseline.asIs, {
    command,
    ...expectedOf(baseline),
    lines: { offset: 0, count: lineOf(target.file.text, target.file.text.length) },
  });
  const failures = feedbackOf(verdict, 'values', { maxTokens: FEEDBACK_TOKENS });
  const room = Math.floor(settings.contextTokens * CHARACTERS_PER_TOKEN * SHARE_OF_CONTEXT);
  return inPlaceTask(target, { command, failures, tests: testsOf(baseline.asIs, project), room });
}

function failedTests({ tests }: ProjectRun) {
  return tests.filter(({ outcome }) => outcome === 'failed');
}

/** The texts of tests that fail, as far as they stand in files of the project that the sandbox shows. */
function testsOf(run: ProjectRun, project: ProjectFolder): string[] {
  return failedTests(run)
    .slice(0, MOST_TESTS)
    .flatMap(({ file, name }) => (file === null || name === null ? [] : (sourceIn(file, name, project) ?? [])));
}

function sourceIn(file: string, name: string, project: ProjectFolder): string | null {
  const status = file.includes('\0') ? undefined : statSync(file, { throwIfNoEntry: false });
  if (!status?.isFile() || status.size > MOST_FILE) return null;
  const real = realpathSync(file);
  if (!isWithin(real, project.root) || isHidden(real, project)) return null;
  return testSource(Buffer.from(readBytes(real)).toString('utf8'), name);
}
