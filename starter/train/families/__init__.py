"""The families of tasks: each draws a Sketch."""

from families.branches import branches
from families.cells import cells, neighbours, reshape
from families.characters import characters
from families.dictionaries import grouping, reading
from families.digits import classic, numbers_of
from families.helpers import helper
from families.indexed import indexed, lookup
from families.library import numbers_with_module, patterns
from families.loops import loop, loop_with_helper
from families.merging import merging
from families.mixed import mixed
from families.number_lists import one_pass
from families.records import records
from families.sorting import sorting
from families.stacks import brackets, stack
from families.tables import grid, side_by_side
from families.two_steps import three_steps, two_steps
from families.words import words

# name: (function, how often it is drawn, whether its tasks are hard)
FAMILIES = {
    'one-pass': (one_pass, 5, False),
    'two-steps': (two_steps, 5, False),
    'loop': (loop, 4, False),
    'helper': (helper, 3, False),
    'characters': (characters, 3, False),
    'words': (words, 4, False),
    'grouping': (grouping, 2, False),
    'reading': (reading, 2, False),
    'sorting': (sorting, 3, False),
    'numbers-of': (numbers_of, 3, False),
    'classic': (classic, 1, False),
    'branches': (branches, 3, False),
    'side-by-side': (side_by_side, 2, False),
    'grid': (grid, 2, False),
    'library': (numbers_with_module, 3, False),
    'patterns': (patterns, 1, False),
    'indexed': (indexed, 4, False),
    'lookup': (lookup, 2, False),
    'records': (records, 4, False),
    'mixed': (mixed, 4, False),
    'cells': (cells, 3, False),
    'reshape': (reshape, 2, False),
    'stack': (stack, 4, False),
    'brackets': (brackets, 1, False),
    'three-steps': (three_steps, 2, True),
    'loop-with-helper': (loop_with_helper, 2, True),
    'neighbours': (neighbours, 2, True),
    'merging': (merging, 2, True),
}
