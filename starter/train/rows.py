"""Rows of the training tasks of some seeds, for feedback.ts: python3 rows.py FIRST_SEED SEEDS ROWS.jsonl"""

import json
import sys
from functools import lru_cache
from multiprocessing import Pool
from random import Random

from benchmark import benchmark_tasks
from broken import broken_variant
from split import has_leaked, part_of, traces
from task import make_task

VARIANT_SHARE = 0.5  # of the tasks; a repair is three times as long as a draft
RIGHT_SHARE = 0.02  # of the variants are no variant: who reviews code without a run must also leave right code alone


SEEDS_AT_A_TIME = 200


@lru_cache(maxsize=1)
def held_traces():
    return set().union(*(traces(task) for task in benchmark_tasks()))


def training_tasks(seeds):
    """Tasks of the training part, none of which shares anything with the benchmark; of five seeds about four give one."""
    for seed in seeds:
        task = make_task(seed)
        if task is not None and part_of(task) == 'training' and not has_leaked(task, held_traces()):
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


def lines_of(seeds):
    return [json.dumps(row) + '\n' for task in training_tasks(seeds) for row in rows_of(task)]


def main(first_seed, count, path):
    first, last = int(first_seed), int(first_seed) + int(count)
    parts = [range(start, min(start + SEEDS_AT_A_TIME, last)) for start in range(first, last, SEEDS_AT_A_TIME)]
    with open(path, 'w', encoding='utf-8') as file, Pool() as pool:
        for lines in pool.imap(lines_of, parts):
            file.writelines(lines)


if __name__ == '__main__':
    main(*sys.argv[1:])
