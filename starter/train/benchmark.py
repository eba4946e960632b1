"""The benchmark of held-out tasks: python3 benchmark.py FOLDER writes tasks.jsonl and tasks-mini.jsonl there."""

import json
import sys
from functools import lru_cache
from pathlib import Path
from random import Random

from families import FAMILIES
from split import canonical, part_of
from task import make_task

FIRST_SEED = 900_000_000
HARD, PLAIN = 43, 257  # a seventh of 300 is hard
MINI = 40


@lru_cache(maxsize=1)
def benchmark_tasks():
    """The held-out tasks in their fixed shuffled order: every family's share of both kinds of being held out."""
    chosen = [*held_tasks(False, PLAIN), *held_tasks(True, HARD)]
    Random('order of the benchmark').shuffle(chosen)
    return tuple(chosen)


def held_tasks(is_hard, count):
    """That many tasks, half of them of unseen compositions, no two with the same program under other names."""
    families = [name for name, (_, _, hard) in FAMILIES.items() if hard == is_hard]
    family_room = dict.fromkeys(families, 2 * count // len(families))
    part_room = {'composition': count - count // 2, 'combination': count // 2}
    taken, chosen, seed = set(), [], FIRST_SEED
    while len(chosen) < count:
        task = make_task(seed)
        seed += 1
        if task is None or family_room.get(task.family, 0) == 0:
            continue
        part, program = part_of(task), canonical(task.reference)
        if part_room.get(part, 0) == 0 or program in taken:
            continue
        family_room[task.family] -= 1
        part_room[part] -= 1
        taken.add(program)
        chosen.append(task)
    return chosen


def line_of(task, index):
    """A task in greenloop's task-file format; its id says where it stands, its family and whether it is hard."""
    return json.dumps({
        'id': f'starter/{index:03}-{task.family}{"-hard" if task.is_hard else ""}',
        'prompt': task.prompt,
        'entry_point': task.entry_point,
        'examples': list(task.examples),
        # The visible ones too: what fails an example must not count as solved.
        'tests': '\n'.join(task.cases) + '\n',
        'reference': task.reference,
    }, ensure_ascii=False)


def main(folder):
    lines = [line_of(task, index) for index, task in enumerate(benchmark_tasks())]
    Path(folder, 'tasks.jsonl').write_text('\n'.join(lines) + '\n', encoding='utf-8')
    Path(folder, 'tasks-mini.jsonl').write_text('\n'.join(lines[:MINI]) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
