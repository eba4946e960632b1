"""A task: what a model sees, what grades it and a solution, made from one seed."""

from copy import deepcopy
from dataclasses import dataclass
from random import Random

from draw import draw_of
from families import FAMILIES
from sketch import Sketch

HIDDEN = 6
EDGE_SHARE = 0.5  # of the tasks show an edge case behind the two ordinary examples
EDGES_SHOWN = 2  # edge cases that may be that one: the emptiest
LONGEST_CASE = 100  # characters of a call and its value, so that examples stay short


@dataclass(frozen=True)
class Task:
    """One task; two tasks of one seed are the same to the byte."""

    seed: int
    family: str
    is_hard: bool
    composition: str  # what the function does, without constants and names
    combination: str  # the composition under one function name and argument names
    entry_point: str
    prompt: str
    reference: str
    sketch: Sketch
    cases: tuple  # of asserts: the visible ones first
    visible: int  # of the cases

    @property
    def examples(self):
        return self.cases[:self.visible]

    @property
    def tests(self):
        return self.cases[self.visible:]


def make_task(seed):
    """The task of a seed; None where the draw gives too few different cases to test it."""
    rng = Random(f'task {seed}')
    names = list(FAMILIES)
    family = rng.choices(names, [FAMILIES[name][1] for name in names])[0]
    return task_of(family, seed, surface_seed=seed)


def task_of(family, meaning_seed, surface_seed):
    """A task of one family; another meaning under the same surface gives a sibling."""
    function, _, is_hard = FAMILIES[family]
    draw = draw_of(f'{family} {meaning_seed}', f'{family} {surface_seed}')
    sketch = function(draw)
    name, is_typed = draw.word(*sketch.names), draw.chance(0.4)
    reference = program(sketch, name, is_typed)
    drawn = test_cases(reference, name, sketch, Random(f'cases {meaning_seed}'))
    if drawn is None:
        return None
    visible, hidden = drawn
    composition = ' '.join([family, *draw.axes])
    arguments = ','.join(parameter for parameter, _ in sketch.parameters)
    return Task(
        seed=meaning_seed, family=family, is_hard=is_hard, composition=composition,
        combination=f'{composition} | {name}({arguments})', entry_point=name,
        prompt=prompt(sketch, name, is_typed, visible), reference=reference, sketch=sketch,
        cases=tuple(f'assert {call} == {value}' for call, value in [*visible, *hidden]), visible=len(visible),
    )


def signature(sketch, name, is_typed):
    """The line that begins with `def`."""
    if not is_typed:
        return f'def {name}({", ".join(parameter for parameter, _ in sketch.parameters)}):'
    typed = ', '.join(f'{parameter}: {kind}' for parameter, kind in sketch.parameters)
    arrow = '' if sketch.returns == 'object' else f' -> {sketch.returns}'
    return f'def {name}({typed}){arrow}:'


def program(sketch, name, is_typed):
    """The whole program: imports, helpers, function."""
    parts = ['\n'.join(part) for part in (sketch.imports, sketch.helpers) if part]
    parts.append('\n'.join([signature(sketch, name, is_typed), *(f'    {line}' for line in sketch.body)]))
    return '\n\n'.join(parts) + '\n'


def prompt(sketch, name, is_typed, examples):
    """The signature with a docstring that shows the examples as doctests."""
    shown = [line for call, value in examples for line in (f'>>> {call}', value)]
    lines = [f'"""{sketch.doc}', '', *shown, '"""']
    return '\n'.join([signature(sketch, name, is_typed), *(f'    {line}'.rstrip() for line in lines)]) + '\n'


def test_cases(reference, name, sketch, rng):
    """(visible, hidden) lists of (call, value) texts of different calls, the value what the reference gives."""
    function = function_of(reference, name)

    def valued(all_arguments):
        return [(call, repr(function(*deepcopy(arguments)))) for call, arguments in distinct(name, all_arguments)]

    drawn = [case for case in valued(sketch.inputs(rng) for _ in range(60)) if len(''.join(case)) <= LONGEST_CASE]
    edges = valued(sketch.edges)
    visible = telling(drawn)
    if visible is None:
        return None
    shown = [case for case in edges if case not in visible][:EDGES_SHOWN]
    if shown and rng.random() < EDGE_SHARE:
        visible = [*visible, rng.choice(shown)]
    hidden = list(dict.fromkeys(case for case in [*edges, *drawn] if case not in visible))[:HIDDEN]
    return (visible, hidden) if len(hidden) == HIDDEN else None


def telling(valued):
    """The first case and the first one with another value; None where all values are the same."""
    others = [case for case in valued[1:] if case[1] != valued[0][1]]
    return [valued[0], others[0]] if others else None


def distinct(name, all_arguments):
    """Calls as text with their arguments, each once."""
    calls = {}
    for arguments in all_arguments:
        calls.setdefault(f'{name}({", ".join(map(repr, arguments))})', arguments)
    return list(calls.items())


def function_of(source, name):
    """The function that a program defines."""
    names = {'__name__': 'solution'}
    exec(compile(source, 'solution.py', 'exec'), names)
    return names[name]
