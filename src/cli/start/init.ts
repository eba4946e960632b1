import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { ModelFault } from '../../base/errors.ts';
import { printable } from '../../base/printable.ts';
import { writeText } from '../../base/write-file.ts';
import { wholeName } from '../../wiring/known-models.ts';
import { PROJECT_CONFIG } from '../../wiring/settings.ts';
import { EXIT, runCommand, type Surroundings } from '../command.ts';
import { startServerHint } from '../machine/models.ts';
import { commandAfter } from '../next-command.ts';
import { setInConfig } from '../options/write-config.ts';
import { printJson, say } from '../terminal/output.ts';
import { findChatModels } from './chat-models.ts';

interface InitOptions {
  readonly model?: string;
}

const TASK_FILE = 'slugify.md';
const TESTS_FILE = 'test_slugify.py';

const TASK = `Write a function \`slugify(title)\` that makes a title part of a URL: lower case, words joined by
single hyphens, nothing but letters, digits and hyphens, no hyphen at either end.

>>> slugify("Hello, World!")
'hello-world'
`;

const TESTS = `from slugify import slugify


def test_words_are_joined_by_hyphens():
    assert slugify("Hello, World!") == "hello-world"
    assert slugify("one  two") == "one-two"


def test_no_hyphen_at_the_ends():
    assert slugify("--a b--") == "a-b"
    assert slugify("...") == ""


def test_digits_stay():
    assert slugify("Top 10 lists") == "top-10-lists"
`;

/** `greenloop init`: a configuration with a model that is here, and a task to try it on. */
export function initCommand(): Command {
  const command = new Command('init')
    .description('write greenloop.yaml with a model that is found here, and a sample task with tests')
    .option('-m, --model <model>', 'the model to use; else one that is found');
  return command.action((options: InitOptions) =>
    runCommand(command, (surroundings) => init(options, surroundings), { goesOnWithoutConfig: true }),
  );
}

async function init(options: InitOptions, surroundings: Surroundings): Promise<number> {
  const found = await findChatModels(surroundings);
  const model = options.model === undefined ? preferred(found) : chosen(options.model, found);
  if (model === undefined) throw new ModelFault('unreachable', `no model was found: ${startServerHint()}`);
  const kept = [TASK_FILE, TESTS_FILE].filter((file) => existsSync(file));
  setInConfig({ model });
  if (!kept.includes(TASK_FILE)) writeText(TASK_FILE, TASK);
  if (!kept.includes(TESTS_FILE)) writeText(TESTS_FILE, TESTS);
  const solve = commandAfter(surroundings.words, ['solve', TASK_FILE, '--tests', TESTS_FILE]);
  const next = [solve, ...(found.length > 1 ? [commandAfter(surroundings.words, ['tune'])] : [])];
  const files = [PROJECT_CONFIG, TASK_FILE, TESTS_FILE];
  if (surroundings.isJson) await printJson({ model, found, files, kept, next });
  else say(...lines({ model, others: found.filter((name) => name !== model), kept, next }));
  return EXIT.ok;
}

/** A model made for code, else the first. */
function preferred(found: readonly string[]): string | undefined {
  return found.find((name) => /code/i.test(name)) ?? found[0];
}

/** The model as it was named, with its provider where it is found under its bare name. */
function chosen(name: string, found: readonly string[]): string {
  return name.includes('/') ? name : wholeName(name, found);
}

interface Written {
  readonly model: string;
  readonly others: readonly string[];
  readonly kept: readonly string[];
  readonly next: readonly string[];
}

function lines({ model, others, kept, next }: Written): string[] {
  const also = others.length === 0 ? '' : ` (also here: ${others.map(printable).join(', ')})`;
  const written = [TASK_FILE, TESTS_FILE].filter((file) => !kept.includes(file));
  return [
    `${PROJECT_CONFIG}: model ${printable(model)}${also}`,
    ...(written.length === 0 ? [] : [`wrote ${written.join(' and ')}: a sample task and its tests`]),
    ...kept.map((file) => `${file} is here already and stays as it is`),
    'next:',
    ...next.map((command) => `  ${command}`),
  ];
}
