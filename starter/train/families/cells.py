"""Square grids of numbers: some of their cells, the grid turned, and the neighbours of each cell."""

from families.number_words import condition, name_of
from sketch import Sketch

ROWS = 'for i in range(len({m}))'
# key: (phrase, loop over i and j, value of a cell)
WALKS = {
    'diagonal': ('on the diagonal of {m}', ROWS, '{m}[i][i]'),
    'antidiagonal': ('on the diagonal of {m} from top right to bottom left', ROWS, '{m}[i][len({m}) - 1 - i]'),
    'first-column': ('in the first column of {m}', ROWS, '{m}[i][0]'),
    'last-column': ('in the last column of {m}', ROWS, '{m}[i][-1]'),
    'above': ('above the diagonal of {m}', 'for i in range(len({m})) for j in range(i + 1, len({m}))', '{m}[i][j]'),
    'below': ('below the diagonal of {m}', 'for i in range(len({m})) for j in range(i)', '{m}[i][j]'),
    'columns': ('in {m}, column by column,', 'for j in range(len({m})) for i in range(len({m}))', '{m}[i][j]'),
    'odd-rows': ('in rows 1, 3, ... of {m}', 'for i in range(1, len({m}), 2) for j in range(len({m}))', '{m}[i][j]'),
}
# key: (sentence, lines behind `cells = [...]`, return type)
USES = {
    'list': ('Return a list of the {what}.', ('return [x for x in cells if {test}]',), 'list'),
    'sum': ('Add up the {what}.', ('return sum(x for x in cells if {test})',), 'int'),
    'count': ('Count the {what}.', ('return sum(1 for x in cells if {test})',), 'int'),
    'largest': ('Return the largest of the {what}, or 0.', ('return max((x for x in cells if {test}), default=0)',), 'int'),
    'joined': ('Join the {what} with commas.', ('return ",".join(str(x) for x in cells if {test})',), 'str'),
    'last': ('Return the last of the {what}, or None.',
             ('kept = [x for x in cells if {test}]', 'return kept[-1] if kept else None'), 'int'),
}
AMONG = ('even', 'odd', 'positive', 'negative', 'greater', 'less', 'multiple', 'at-least')
NAMES = ('grid', 'm', 'board', 'matrix')


def cells(draw):
    """Some cells of a square grid, one after the other."""
    m = draw.word(*NAMES)
    walk, use = draw.pick('walk', WALKS), draw.pick('use', USES)
    key, plural, _, test = condition(draw, among=AMONG)
    where, loop, value = WALKS[walk]
    doc, lines, returns = USES[use]
    return Sketch(
        names=(f'{use}_{name_of(walk)}', f'{name_of(key)}_{name_of(walk)}', f'{use}_cells', 'scan', 'solve'),
        parameters=((m, 'list'),),
        returns=returns,
        doc=doc.replace('{what}', f'{plural} {where}').replace('{m}', m).replace(',.', '.'),
        body=(f'cells = [{value} {loop}]'.replace('{m}', m), *(line.replace('{test}', test.replace('{x}', 'x')) for line in lines)),
        inputs=some_grid,
        edges=(([],), ([[4]],), ([[1, 2], [3, 4]],)),
    )


def some_grid(rng):
    """Two or three rows of as many numbers."""
    size = rng.randint(2, 3)
    return ([[rng.randint(-3, 9) for _ in range(size)] for _ in range(size)],)


# key: (phrase, the cell that comes to row i and column j)
MOVES = {
    'transpose': ('Swap the rows and columns of {m}', '{m}[j][i]'),
    'right': ('Turn {m} to the right', '{m}[len({m}) - 1 - j][i]'),
    'left': ('Turn {m} to the left', '{m}[j][len({m}) - 1 - i]'),
    'mirror': ('Mirror {m} from left to right', '{m}[i][len({m}) - 1 - j]'),
    'flip': ('Turn {m} upside down', '{m}[len({m}) - 1 - i][j]'),
    'shift': ('Move the columns of {m} one to the left, the first to the end,', '{m}[i][(j + 1) % len({m})]'),
    'roll': ('Move the rows of {m} one up, the first to the bottom,', '{m}[(i + 1) % len({m})][j]'),
    'stay': ('Copy {m}', '{m}[i][j]'),
}
CELL_CHANGES = {
    'plain': ('', '{x}'), 'double': (' and double each number', '{x} * 2'), 'add': (' and add {k} to each number', '{x} + {k}'),
    'negative': (' and negate each number', '-{x}'), 'row': (' and add to each number its new row index', '{x} + i'),
    'column': (' and add to each number its new column index', '{x} + j'),
    'zero': (' and put 0 on the diagonal', '0 if i == j else {x}'), 'floor': (' and replace negative numbers by 0', 'max(0, {x})'),
}


def reshape(draw):
    """A square grid turned or moved, each of its numbers changed."""
    m, constant = draw.word(*NAMES), str(draw.number(2, 9))
    move, change = draw.pick('move', MOVES), draw.pick('change', CELL_CHANGES)
    phrase, cell = MOVES[move]
    told, value = CELL_CHANGES[change]
    value = value.replace('{x}', cell).replace('{k}', constant).replace('{m}', m)
    inner = (f'    result.append([{value} for j in range(len({m}))])',)
    if draw.pick('style', ('long', 'short')) == 'long':
        inner = ('    row = []', f'    for j in range(len({m})):', f'        row.append({value})', '    result.append(row)')
    return Sketch(
        names=(f'{move}_{change}', f'{move}_grid', f'make_{move}', 'rebuild', 'solve'),
        parameters=((m, 'list'),),
        returns='list',
        doc=f'{phrase}{told}.'.replace('{m}', m).replace('{k}', constant).replace(',.', '.'),
        body=('result = []', f'for i in range(len({m})):', *inner, 'return result'),
        inputs=some_grid,
        edges=(([],), ([[4]],), ([[1, 2], [3, 4]],)),
    )


# key: (phrase, offsets of row and column)
STEPS = {
    'straight': ('its neighbours above, below, left and right', '((0, 1), (1, 0), (0, -1), (-1, 0))'),
    'slanting': ('its four diagonal neighbours', '((1, 1), (1, -1), (-1, 1), (-1, -1))'),
    'sides': ('its left and right neighbours', '((0, 1), (0, -1))'),
    'column': ('the neighbours above and below it', '((1, 0), (-1, 0))'),
    'knight': ('the cells two above and two below it', '((2, 0), (-2, 0))'),
}
# key: (phrase, first total, line for the cell {x} and a neighbour {y})
GATHERED = {
    'sum': ('the sum of', '0', 'total += {y}'),
    'count': ('the number of', '0', 'total += 1'),
    'smaller': ('how many are smaller among', '0', 'total += {y} < {x}'),
    'equal': ('how many are equal to it among', '0', 'total += {y} == {x}'),
    'largest': ('the largest, or 0, of', '0', 'total = max(total, {y})'),
    'product': ('the product of', '1', 'total *= {y}'),
}
# key: (sentence, line behind the total)
PLACED = {
    'grid': ('Return a grid with, for each cell of {m}, {what}.', '        row.append(total)'),
    'joined': ('Return a grid with each number of {m} plus {what}.', '        row.append({x} + total)'),
    'differences': ('Return a grid with each number of {m} minus {what}.', '        row.append({x} - total)'),
    'even': ('Return a grid with 2 for each cell of {m} where this is even, else 1: {what}.',
             '        row.append(2 if total % 2 == 0 else 1)'),
}


def neighbours(draw):
    """A number from the neighbours of every cell of a grid."""
    m = draw.word(*NAMES)
    steps, gathered, placed = draw.pick('steps', STEPS), draw.pick('gathered', GATHERED), draw.pick('placed', PLACED)
    around, offsets = STEPS[steps]
    what, first, line = GATHERED[gathered]
    doc, last = PLACED[placed]
    x, y = f'{m}[i][j]', f'{m}[i + a][j + b]'
    return Sketch(
        names=(f'{gathered}_{steps}', f'{steps}_{placed}', f'{gathered}_neighbours', 'spread', 'solve'),
        parameters=((m, 'list'),),
        returns='list',
        doc=doc.replace('{what}', f'{what} {around}').replace('{m}', m),
        body=('result = []', f'for i in range(len({m})):', '    row = []', f'    for j in range(len({m})):', f'        total = {first}',
              f'        for a, b in {offsets}:', f'            if 0 <= i + a < len({m}) and 0 <= j + b < len({m}):',
              f'                {line}'.replace('{x}', x).replace('{y}', y), last.replace('{x}', x), '    result.append(row)',
              'return result'),
        inputs=some_grid,
        edges=(([],), ([[4]],), ([[1, 2], [3, 4]],)),
    )
