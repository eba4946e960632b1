"""Rows of training tasks for feedback.ts: python3 rows.py TASKS FIRST_SEED ROWS.jsonl"""

import json
import sys
from random import Random

from benchmark import benchmark_tasks
from broken import broken_variant
from split import has_leaked, part_of, traces
from task import make_task

VARIANT_SHARE = 0.5  # of the tasks; a repair is three times as long as a draft
RIGHT_SHARE = 0.02  # of the variants are no variant: who reviews code without a run must also leave right code alone


def training_tasks(count, first_seed=0):
    """Tasks of the training part, none of which shares anything with the benchmark."""
    held = set().union(*(traces(task) for task in benchmark_tasks()))
    seed = first_seed
    while count > 0:
        task = make_task(seed)
        seed += 1
        if task is None or part_of(task) != 'training' or has_leaked(task, held):
            continue
        count -= 1
        yield task


def rows_of(task):
    """The task as feedback.ts reads it, and for some tasks again with a broken variant."""
    row = {'id': f'{task.seed}', 'prompt': task.prompt, 'entry_point': task.entry_point, 'examples': list(task.examples)}
    yield {**row, 'reference': task.reference}
    rng = Random(f'variant {task.seed}')
    if rng.random() < VARIANT_SHARE:
        is_right = rng.random() < RIGHT_SHARE
        mistake, code = ('none', task.reference) if is_right else broken_variant(task, Random(f'broken {task.seed}'))
        yield {**row, 'code': code, 'mistake': mistake, 'reference': task.reference}


def main(count, first_seed, path):
    with open(path, 'w', encoding='utf-8') as file:
        for task in training_tasks(int(count), int(first_seed)):
            for row in rows_of(task):
                file.write(json.dumps(row) + '\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
