"""Makes everything again from the seed: python3 make.py BUILD [s] [small]

The chains named, or both side by side: `s` alone, and `small` (xs, and the fixer that learns from what xs gets wrong).
Writes the benchmark and the model files beside this folder, their greedy answers into test/starter and all else into BUILD. What is
there already is not made again, so that an interrupted run goes on: remove what is to be made anew.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copyfile

HERE = Path(__file__).resolve().parent
ROOT, STARTER = HERE.parent.parent, HERE.parent
NODE = ROOT / 'node_modules' / '.bin' / 'node'
TASK_SEEDS = 60_000  # four of five give a task of training, and each of these a draft, half of them a repair too
# name: (size, steps, share of the training tasks, share of these whose draft is learnt)
MODELS = {'xs': ('xs', 6000, 0.5, 1), 's': ('s', 13_000, 1, 1), 'fixer': ('xs', 8000, 1, 0.08)}
OWN_SEEDS, FIRST_OWN_SEED = 7500, 100_000_000  # no model was trained on them; xs drafts them for the fixer
OWN_TEMPERATURE = 0.8
SEED = 1
GREEDY_ANSWERS = 50
BENCHMARK = STARTER / 'tasks.jsonl'
FAULTS = 2  # exit code of a bench in which an answer without end filled the context
ONE_AT_A_TIME = ('--slots', 1, '--parallel', 1)
# One thread: more of them are slower for matrices this small. The shell may have told OpenBLAS of an older processor.
# Memory is kept where it is to be used again: without that each step asks the system for all of it, and takes twice as long.
ENVIRONMENT = {**os.environ, 'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1', 'PYTHONDONTWRITEBYTECODE': '1',
               'MALLOC_MMAP_MAX_': '0', 'MALLOC_TRIM_THRESHOLD_': str(10 ** 11), 'MALLOC_TOP_PAD_': str(5 * 10 ** 8)}
if 'avx512f' in Path('/proc/cpuinfo').read_text(encoding='utf-8'):
    ENVIRONMENT['OPENBLAS_CORETYPE'] = 'SkylakeX'


class Build:
    """The files of one build, each made by a program whose last word is the file to write."""

    def __init__(self, folder):
        self.folder = folder
        self.sources = {}  # name: [rows, texts]
        self.tokenizer = None

    def make(self, target, program, *words, codes=(0,)):
        """Makes BUILD/TARGET unless it is there; one that is there is whole. What the program prints goes into BUILD/TARGET.log."""
        target = self.folder / target
        if not target.exists():
            part, log = (self.folder / f'{target.name}.{ending}' for ending in ('part', 'log'))
            runner = NODE if program.endswith('.ts') else sys.executable
            command = [str(word) for word in (runner, HERE / program, *words, part)]
            print(f'$ {" ".join(command)}\n', end='', flush=True)
            with open(log, 'w', encoding='utf-8') as file:
                ended = subprocess.run(command, cwd=HERE, env=ENVIRONMENT, stdout=file)
            if ended.returncode not in codes:
                raise SystemExit(f'{program} ended with {ended.returncode}; what it said stands above and in {log}')
            part.replace(target)
        return target

    def source(self, name, rows):
        """The rows of a name with their texts, which texts.py reads."""
        self.sources[name] = [rows, self.make(f'{name}.texts.jsonl', 'feedback.ts', rows)]

    def tasks(self):
        """All that comes before the first model."""
        subprocess.run([sys.executable, HERE / 'benchmark.py', STARTER], check=True, env=ENVIRONMENT)
        self.source('tasks', self.make('tasks.rows.jsonl', 'rows.py', 0, TASK_SEEDS))
        self.tokenizer = self.make('tokenizer.json', 'learn_tokenizer.py', self.examples('s'))

    def examples(self, name):
        """The examples that a model learns: of the tasks, and for the fixer of the drafts of others."""
        _, _, share, drafts = MODELS[name]
        used = self.sources.values() if name == 'fixer' else [self.sources['tasks']]
        return self.make(f'{name}.examples.jsonl', 'texts.py', share, drafts, *(path for pair in used for path in pair))

    def model(self, name):
        """Trains a model, writes its file and its greedy answers, and measures it alone and with three repairs of its own."""
        size, steps, _, _ = MODELS[name]
        weights = self.make(f'{name}.pt', 'train.py', size, steps, SEED, self.examples(name), self.tokenizer)
        file = self.make(f'{name}.gguf', 'export.py', weights, self.tokenizer, f'starter-{name}')
        greedy = self.make(f'{name}-greedy.jsonl', 'greedy.py', file, BENCHMARK, GREEDY_ANSWERS)
        copyfile(file, STARTER / file.name)
        copyfile(greedy, ROOT / 'test' / 'starter' / greedy.name)
        self.make(f'{name}.run', '../../src/cli/main.ts', 'bench', '--benchmark', BENCHMARK, '--generator', f'gguf/{file}',
                  '--refiner', f'gguf/{file}', *ONE_AT_A_TIME, '--repair', 'none', '--json', '--out', codes=(0, FAULTS))

    def failures(self, name):
        """What a model gets wrong on tasks that are new to it."""
        rows = self.make('own.rows.jsonl', 'rows.py', FIRST_OWN_SEED, OWN_SEEDS)
        drafts = self.make(f'{name}.rows.jsonl', 'failures.ts', self.folder / f'{name}.gguf', OWN_TEMPERATURE, rows)
        self.source(name, drafts)

    def small_models(self):
        """xs, and from what it gets wrong the fixer."""
        self.model('xs')
        self.failures('xs')
        self.model('fixer')


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    build = Build(folder)
    build.tasks()
    chains = {'s': lambda: build.model('s'), 'small': build.small_models}
    with ThreadPoolExecutor(2) as pool:
        for chain in [pool.submit(chains[name]) for name in names]:
            chain.result()


if __name__ == '__main__':
    main(Path(sys.argv[1]).resolve(), sys.argv[2:] or ['s', 'small'])
