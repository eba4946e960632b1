"""Makes everything again from the seed: python3 make.py BUILD [SIZE...]

Writes the benchmark beside this folder, and the training texts, the tokenizer and the models of the sizes into BUILD.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE = HERE.parent.parent / 'node_modules' / '.bin' / 'node'
TASKS = 18_750  # of training; each gives a draft, half of them a repair too
STEPS = {'xs': 2600, 's': 6000, 'm': 6000}
SEED = 1
# One thread: more of them are slower for matrices this small. OpenBLAS may be told of an older processor by the shell.
ENVIRONMENT = {**os.environ, 'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1', 'PYTHONDONTWRITEBYTECODE': '1'}


def run(*words):
    print('$', *words, flush=True)
    subprocess.run([str(word) for word in words], cwd=HERE, check=True, env=ENVIRONMENT)


def python(program, *words):
    run(sys.executable, program, *words)


def main(build, sizes):
    build.mkdir(parents=True, exist_ok=True)
    rows, texts, tokens = build / 'rows.jsonl', build / 'texts.jsonl', build / 'tokenizer.json'
    python('benchmark.py', HERE.parent)
    python('rows.py', TASKS, rows)
    run(NODE, 'feedback.ts', rows, texts)
    python('learn_tokenizer.py', rows, texts, tokens)
    for size in sizes:
        python('train.py', size, STEPS[size], SEED, rows, texts, tokens, build / f'{size}.pt')
        python('export.py', build / f'{size}.pt', tokens, f'starter-{size}', build / f'{size}.gguf')
        python('evaluate.py', HERE.parent / 'tasks.jsonl', build / f'{size}.gguf', build / f'{size}.gguf', 0.3, 3)


if __name__ == '__main__':
    main(Path(sys.argv[1]).resolve(), sys.argv[2:] or ['xs'])
