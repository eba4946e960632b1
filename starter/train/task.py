"""A task: what a model sees, what grades it and a solution, made from one seed."""

from copy import deepcopy
from dataclasses import dataclass
from random import Random

from conventions import conventional
from draw import Draw
from families import FAMILIES
from sketch import Sketch

HIDDEN = 6
EDGE_SHARE = 0.5  # of the tasks show an edge case behind the two ordinary examples
EDGES_SHOWN = 2  # edge cases that may be that one: the emptiest
MOST_VISIBLE = 4
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
    others: tuple  # programs that the sentence allows too, and to which an example shows another value

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
    draw = Draw(f'{family} {meaning_seed}', f'{family} {surface_seed}')
    sketch = conventional(function(draw), draw)
    name, is_typed = draw.word(*sketch.names), draw.chance(0.4)
    reference = program(sketch, name, is_typed)
    others = tuple(program(conventional(function(again), again), name, is_typed) for again in draw.otherwise())
    drawn = test_cases((reference, *others), name, sketch, Random(f'cases {meaning_seed}'))
    if drawn is None:
        return None
    visible, hidden, ruled_out = drawn
    composition = ' '.join([family, *draw.axes])
    arguments = ','.join(parameter for parameter, _ in sketch.parameters)
    return Task(
        seed=meaning_seed, family=family, is_hard=is_hard, composition=composition,
        combination=f'{composition} | {name}({arguments})', entry_point=name,
        prompt=prompt(sketch, name, is_typed, visible), reference=reference, sketch=sketch,
        cases=tuple(f'assert {call} == {value}' for call, value in [*visible, *hidden]), visible=len(visible),
        others=tuple(others[index] for index in sorted(ruled_out)),
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


@dataclass(frozen=True)
class Case:
    call: str
    value: str
    told: frozenset  # numbers of the other programs that give something else

    @property
    def text(self):
        return self.call, self.value


def test_cases(programs, name, sketch, rng):
    """(visible, hidden) lists of (call, value) texts of different calls, the value what the first program gives, and the numbers of the
    other programs that a visible case rules out. What the first program cannot answer is no case."""
    function, *others = [function_of(source, name) for source in programs]

    def cases_of(all_arguments):
        for call, arguments in distinct(name, all_arguments):
            value = value_of(function, arguments)
            if value is not None and len(call + value) <= LONGEST_CASE:
                told = frozenset(number for number, other in enumerate(others) if value_of(other, arguments) != value)
                yield Case(call, value, told)

    drawn, edges = list(cases_of(sketch.inputs(rng) for _ in range(60))), list(cases_of(sketch.edges))
    visible = telling(drawn, edges)
    if visible is None:
        return None
    shown = [case for case in edges if case not in visible][:EDGES_SHOWN]
    if shown and len(visible) == 2 and rng.random() < EDGE_SHARE:
        visible = [*visible, rng.choice(shown)]
    hidden = list(dict.fromkeys(case for case in [*edges, *drawn] if case not in visible))[:HIDDEN]
    if len(hidden) < HIDDEN:
        return None
    return [case.text for case in visible], [case.text for case in hidden], frozenset().union(*(case.told for case in visible))


def telling(drawn, edges):
    """A case and one with another value, and those that rule out more of the other programs; None where all values are the same."""
    if not drawn:
        return None
    first = max(drawn, key=lambda case: len(case.told))
    others = [case for case in drawn if case.value != first.value]
    if not others:
        return None
    chosen = [first, max(others, key=lambda case: len(case.told - first.told))]
    while len(chosen) < MOST_VISIBLE:
        told = frozenset().union(*(case.told for case in chosen))
        best = max([*edges, *drawn], key=lambda case: len(case.told - told))
        if not best.told - told:
            break
        chosen.append(best)
    return chosen


def value_of(function, arguments):
    """What a function gives as text; None where it raises."""
    try:
        return repr(function(*deepcopy(arguments)))
    except Exception:
        return None


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
