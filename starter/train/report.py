"""What a run of `bench` on the benchmark says: python3 report.py RUN, the folder that bench wrote."""

import json
import sys
from collections import Counter
from pathlib import Path

from benchmark import benchmark_tasks
from split import part_of

NAMES = {'passed': 'passed', 'failed': 'AssertionError', 'no-code': 'no code', 'timed-out': 'time-out'}


def read(run):
    """The traces of a run in the order of the benchmark, of its first repeat."""
    with open(Path(run, 'traces.jsonl'), encoding='utf-8') as file:
        traces = [trace for trace in map(json.loads, file) if trace['repeat'] == 0]
    return sorted(traces, key=lambda trace: trace['taskId'])


def solved_after(trace, repairs):
    """Whether what is there after so many repairs passes all tests."""
    return trace['grades'][min(repairs, len(trace['grades']) - 1)]['passed']


def error_of(trace):
    """What the draft did on the examples: `passed`, or its error."""
    verdict = trace['attempts'][0]['verdict']
    return verdict['exception']['type'] if 'exception' in verdict else NAMES.get(verdict['kind'], verdict['kind'])


def shares(traces, key):
    """(group, tasks, solved by the draft, solved in the end) for each group of tasks."""
    groups = {}
    for trace, task in zip(traces, benchmark_tasks(), strict=True):
        groups.setdefault(key(task), []).append(trace)
    for name, members in sorted(groups.items()):
        yield name, len(members), sum(solved_after(trace, 0) for trace in members), sum(solved_after(trace, 9) for trace in members)


def main(run):
    traces = read(run)
    counts = [sum(solved_after(trace, repairs) for trace in traces) for repairs in range(4)]
    print(f'of {len(traces)} tasks solved after 0, 1, 2, 3 repairs: {counts}')
    print('drafts on the examples:', dict(Counter(map(error_of, traces)).most_common()))
    for key in (lambda task: f'unseen {part_of(task)}', lambda task: 'hard' if task.is_hard else 'plain', lambda task: task.family):
        for name, count, draft, end in shares(traces, key):
            print(f'{name}: {count} tasks, {draft} by the draft, {end} in the end')


if __name__ == '__main__':
    main(*sys.argv[1:])
