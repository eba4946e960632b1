import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';
/** What the parser claims to take. */
const NEWEST = 14;
const OLDEST = 10;

/** Why a comparison with the machine's own Python cannot be made, or false. */
export const withoutPython = reasonWithout();

function reasonWithout(): string | false {
  const run = spawnSync(PYTHON, ['-I', '-c', 'import sys; print(*sys.version_info[:2])'], { encoding: 'utf8' });
  const [major, minor] = (run.stdout ?? '').trim().split(' ').map(Number);
  const isKnown = major === 3 && minor !== undefined && minor >= OLDEST && minor <= NEWEST;
  return isKnown ? false : `${PYTHON} is not Python 3.${OLDEST} to 3.${NEWEST}`;
}

/** Runs a program in one process of Python; it reads JSON from its input and prints JSON. */
export function askPython(program: string, input: unknown): unknown {
  const run = spawnSync(PYTHON, ['-I', '-W', 'ignore', '-c', program], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  if (run.status !== 0) throw new Error(`Python failed: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

const COMPILE = `
import json, sys

def refusal(text):
    try:
        compile(text, 'text', 'exec', dont_inherit=True)
    except SyntaxError as error:
        return error.msg
    except (ValueError, RecursionError, MemoryError) as error:
        return type(error).__name__
    return None

json.dump([refusal(text) for text in json.load(sys.stdin)], sys.stdout)
`;

/** For each text what CPython's compile() has against it, or null. */
export function refusals(texts: readonly string[]): (string | null)[] {
  return askPython(COMPILE, texts) as (string | null)[];
}
