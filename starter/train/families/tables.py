"""Two lists side by side, and lists of lists."""

from families.number_words import condition, name_of, one_of
from sketch import Sketch, some_numbers

# key: (phrase, value of x and y, and another one that the phrase allows too)
PAIRED = {
    'sums': ('sums', 'x + y'),
    'products': ('products', 'x * y'),
    'differences': ('differences', 'x - y', 'y - x'),
    'larger': ('larger ones', 'max(x, y)'),
    'smaller': ('smaller ones', 'min(x, y)'),
    'distances': ('distances', 'abs(x - y)'),
}
ENDS = {
    'list': ('Return the', 'return [{values}]', 'list'),
    'sum': ('Add up the', 'return sum({values})', 'int'),
    'largest': ('Return the largest (or 0) of the', 'return max(({values}), default=0)', 'int'),
    'count': ('Count the distinct', 'return len(set({values}))', 'int'),
    'last-first': ('Return, last one first, the', 'return [{values}][::-1]', 'list'),
    'sorted': ('Return, sorted, the', 'return sorted({values})', 'list'),
}


def side_by_side(draw):
    """Two lists, element by element, as far as the shorter one goes."""
    a, b = draw.word(('a', 'b'), ('xs', 'ys'), ('left', 'right'), ('first', 'second'))
    paired, end = draw.pick('paired', PAIRED), draw.pick('end', ENDS)
    filtered = draw.pick('where', ('all', 'different', 'first-larger', 'same-parity'))
    phrase, *values = PAIRED[paired]
    value = one_of(draw, values)
    where, test = {'all': ('', ''), 'different': (' where they differ', ' if x != y'),
                   'first-larger': (' where the first is larger', ' if x > y'),
                   'same-parity': (' where both are even or both are odd', ' if x % 2 == y % 2')}[filtered]
    start, line, returns = ENDS[end]
    return Sketch(
        names=(f'{end}_{paired}'.replace('-', '_'), f'zip_{paired}', 'combine', 'merge', 'solve'),
        parameters=((a, 'list'), (b, 'list')),
        returns=returns,
        doc=f'{start} {phrase} of the elements of {a} and {b} at the same positions{where}.',
        body=(line.replace('{values}', f'{value} for x, y in zip({a}, {b}){test}'),),
        inputs=lambda rng: (some_numbers(rng, 0, 9, 3, 5), some_numbers(rng, 0, 9, 3, 5)),
        edges=(([], [1]), ([2], [2, 3])),
    )


PARTS = {
    'rows': ('each row', '[{r} for row in {m}]', 'row'),
    'columns': ('each column', '[{r} for column in zip(*{m})]', 'column'),
}
OF_PART = {
    'sum': ('the sum of {part}', 'sum({v})'),
    'largest': ('the largest number of {part}', 'max({v})'),
    'smallest': ('the smallest number of {part}', 'min({v})'),
    'count': ('how many {plural} {part} has', 'sum(1 for x in {v} if {test})'),
    'kept': ('the {plural} of {part} as a list', '[x for x in {v} if {test}]'),
    'sum-kept': ('the sum of the {plural} of {part}', 'sum(x for x in {v} if {test})'),
    'all': ('whether {part} has only {plural}', 'all({test} for x in {v})'),
    'sorted': ('{part}, sorted, as a list', 'sorted({v})'),
    'reversed': ('{part} as a list in reverse order', 'list({v})[::-1]'),
}

CONDITIONS = ('at-least', 'even', 'greater', 'multiple', 'negative', 'odd', 'positive')


def grid(draw):
    """Something of each row or column of a list of lists."""
    m = draw.word('rows', 'matrix', 'grid', 'm')
    part, of = draw.pick('part', PARTS), draw.pick('of', OF_PART)
    phrase, outer, variable = PARTS[part]
    what, value = OF_PART[of]
    has_condition = '{test}' in value
    key, plural, _, test = condition(draw, among=CONDITIONS) if has_condition else (part, '', '', '')
    value = value.replace('{v}', variable).replace('{test}', test.replace('{x}', 'x'))
    m = 'grid' if m == 'rows' and part == 'columns' else m

    def inputs(rng):
        width = rng.randint(2, 3)
        return ([some_numbers(rng, -3, 9, width, width) for _ in range(rng.randint(2, 3))],)

    return Sketch(
        names=(f'{part}_{name_of(of)}', f'{name_of(of)}_of_{part}', f'{name_of(of)}_{name_of(key)}', 'solve', 'scan'),
        parameters=((m, 'list'),),
        returns='list',
        doc=f'For {m}, return a list of {what.format(part=phrase, plural=plural)}.',
        body=(f'return {outer}'.format(r=value, m=m),),
        inputs=inputs,
        edges=(([],), ([[4]],)),
    )
