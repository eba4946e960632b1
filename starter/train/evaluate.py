"""Pass rates on the benchmark: python3 evaluate.py TASKS.jsonl GENERATOR REFINER TEMPERATURE REPAIRS [DETAIL]

GENERATOR and REFINER are GGUF files. Drafts, runs and repairs as greenloop's early stop has them: feedback comes from the visible
examples, what passes them is left alone, and the hidden tests only grade. The code runs in greenloop's sandbox.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import torch

from decode import answers
from export import read
from texts import code_of

HERE = Path(__file__).resolve().parent
NODE = HERE.parent.parent / 'node_modules' / '.bin' / 'node'
AT_ONCE = 50
LONGEST_ANSWER = 200  # tokens


def greenloop_texts(rows):
    """What feedback.ts says of each row."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, 'rows.jsonl'), Path(folder, 'texts.jsonl')
        source.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
        subprocess.run([NODE, HERE / 'feedback.ts', source, target], check=True)
        return [json.loads(line) for line in target.read_text(encoding='utf-8').splitlines()]


def drawn(player, users, temperature, seed):
    """The code of the answers to all requests, some at a time."""
    codes = []
    for start in range(0, len(users), AT_ONCE):
        options = {'temperature': temperature, 'seed': seed + start, 'max_tokens': LONGEST_ANSWER}
        codes += [code_of(text) for text in answers(*player, users[start:start + AT_ONCE], options)]
    return codes


def run_rounds(tasks, players, options):
    """One Counter for each round: `solved`, and the errors that are left."""
    generator, refiner = players
    prompts = [{key: task[key] for key in ('id', 'prompt', 'entry_point', 'examples', 'tests')} for task in tasks]
    users = [text['generator'] for text in greenloop_texts(prompts)]
    codes = drawn(generator, users, options['temperature'], options['seed'])
    for number in range(options['repairs'] + 1):
        texts = greenloop_texts([{**prompt, 'code': code or '# nothing'} for prompt, code in zip(prompts, codes)])
        counts = Counter(str(text['error']) for text in texts)
        yield number, sum(text['solved'] for text in texts), counts, codes
        failing = [index for index, text in enumerate(texts) if text['kind'] != 'passed']
        if number < options['repairs'] and failing:
            repaired = drawn(refiner, [texts[index][options['detail']] for index in failing], options['temperature'],
                             options['seed'] + 1000 * (number + 1))
            for index, code in zip(failing, repaired):
                codes[index] = code


def main(tasks_path, generator, refiner, temperature, repairs, detail='values'):
    torch.set_num_threads(1)
    tasks = [json.loads(line) for line in Path(tasks_path).read_text(encoding='utf-8').splitlines()]
    players = (read(generator), read(refiner))
    options = {'temperature': float(temperature), 'seed': 1, 'repairs': int(repairs), 'detail': detail}
    for number, solved, errors, _ in run_rounds(tasks, players, options):
        print(f'{number} repairs: {solved} of {len(tasks)} solved ({100 * solved / len(tasks):.1f} %); on the examples: '
              f'{dict(errors.most_common())}', flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
