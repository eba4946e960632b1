"""Which tasks are held out of training, and the check that none of them leaks into it."""

import ast
import builtins
from hashlib import sha256

COMPOSITIONS_HELD = 10  # of a hundred
COMBINATIONS_HELD = 6  # of a hundred, among the compositions that are seen
# Families of one axis: a composition held out would be a word that training never saw.
WHOLLY_SEEN = ('classic',)


def part_of(task):
    """`training`; or held out: `composition` (its like was never seen) or `combination` (seen under other names)."""
    if task.family not in WHOLLY_SEEN and hundredth(task.composition) < COMPOSITIONS_HELD:
        return 'composition'
    return 'combination' if hundredth(task.combination) < COMBINATIONS_HELD else 'training'


def hundredth(text):
    """A number from 0 to 99 that the text alone decides."""
    return int(sha256(text.encode()).hexdigest(), 16) % 100


def traces(task):
    """What must not be seen in training: the prompt, the program and, of an unseen composition, the program under any names."""
    own = {task.prompt, task.sketch.doc + task.combination, task.reference}
    return own | {canonical(task.reference)} if part_of(task) == 'composition' else own


def has_leaked(task, held_traces):
    """True where a training task shares a trace with a held-out one."""
    return not held_traces.isdisjoint((task.prompt, task.sketch.doc + task.combination, task.reference, canonical(task.reference)))


def canonical(source):
    """A program with its own names numbered in the order in which they come."""
    numbers = {}

    def number(name):
        return name if hasattr(builtins, name) else numbers.setdefault(name, f'v{len(numbers)}')

    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.name = number(node.name)
            node.returns = None
        elif isinstance(node, ast.arg):
            node.arg, node.annotation = number(node.arg), None
        elif isinstance(node, ast.Name):
            node.id = number(node.id)
    return ast.dump(tree)
