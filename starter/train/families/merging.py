"""Two sorted lists, walked side by side."""

from families.number_words import condition, name_of
from sketch import Sketch

# key: (phrase; taken where the first is smaller, where the second is smaller, where both are equal; rests)
TAKEN = {
    'merge': ('the numbers of both, in order,', '{a}[i]', '{b}[j]', ('{a}[i]', '{b}[j]'), ('{a}[i:]', '{b}[j:]')),
    'union': ('the numbers of both, in order, what both have once,', '{a}[i]', '{b}[j]', ('{a}[i]',), ('{a}[i:]', '{b}[j:]')),
    'common': ('the numbers that both have', None, None, ('{a}[i]',), ()),
    'without': ('the numbers of {a} that {b} does not have', '{a}[i]', None, (), ('{a}[i:]',)),
    'either': ('the numbers that only one of them has', '{a}[i]', '{b}[j]', (), ('{a}[i:]', '{b}[j:]')),
}
# key: (sentence, last lines, return type)
ENDS = {
    'list': ('Return {what}, only {plural}.', ('return [x for x in out if {test}]',), 'list'),
    'sum': ('Add up {what}, only {plural}.', ('return sum(x for x in out if {test})',), 'int'),
    'count': ('Count {what}, only {plural}.', ('return sum(1 for x in out if {test})',), 'int'),
    'last': ('Return the last of {what}, only {plural}, or None.',
             ('kept = [x for x in out if {test}]', 'return kept[-1] if kept else None'), 'int'),
}
AMONG = ('even', 'odd', 'greater', 'less', 'at-least', 'multiple', 'no-multiple', 'positive')


def merging(draw):
    """A loop with an index into each of two lists that ascend or descend."""
    a, b = draw.word(('a', 'b'), ('xs', 'ys'), ('left', 'right'))
    taken, end, order = draw.pick('taken', TAKEN), draw.pick('end', ENDS), draw.pick('order', ('down', 'up'))
    key, plural, _, test = condition(draw, among=AMONG)
    what, first, second, both, rests = TAKEN[taken]
    doc, last, returns = ENDS[end]
    sign = '<' if order == 'up' else '>'
    body = ['i = j = 0', 'out = []', 'while i < len({a}) and j < len({b}):', f'    if {{a}}[i] {sign} {{b}}[j]:']
    body += [*appended(first), '        i += 1', f'    elif {{b}}[j] {sign} {{a}}[i]:', *appended(second), '        j += 1', '    else:']
    body += [*(line for value in both for line in appended(value)), '        i += 1', '        j += 1']
    body += [f'out += {rest}' for rest in rests]
    body += [line.replace('{test}', test.replace('{x}', 'x')) for line in last]
    doc = f'{doc} {{a}} and {{b}} {"ascend" if order == "up" else "descend"}.'.replace('{what}', what).replace('{plural}', plural)

    def inputs(rng):
        return tuple(sorted(rng.sample(range(1, 13), rng.randint(2, 4)), reverse=order == 'down') for _ in range(2))

    return Sketch(
        names=(f'{taken}_{name_of(key)}', f'{taken}_{end}', f'{taken}_lists', 'combine', 'solve'),
        parameters=((a, 'list'), (b, 'list')),
        returns=returns,
        doc=doc.replace('{a}', a).replace('{b}', b).replace(',,', ','),
        body=tuple(line.replace('{a}', a).replace('{b}', b) for line in body),
        inputs=inputs,
        edges=(([], []), ([], [4]), ([6], []), ([9], [9])),
    )


def appended(value):
    """The line that takes a value, if there is one."""
    return [f'        out.append({value})'] if value else []
