"""Lists by index: a number and another one at a distance, and elements at given places."""

from families.number_words import name_of
from sketch import LIST_NAMES, Sketch, filled, some_numbers

# key: (phrase, positions, the other number's index)
REACHES = {
    'next': ('the number after it', 'range(len({xs}) - 1)', 'i + 1'),
    'second': ('the number two places after it', 'range(len({xs}) - 2)', 'i + 2'),
    'third': ('the number three places after it', 'range(len({xs}) - 3)', 'i + 3'),
    'before': ('the number before it', 'range(1, len({xs}))', 'i - 1'),
    'wrap': ('the next number, where the first follows the last', 'range(len({xs}))', '(i + 1) % len({xs})'),
    'mirror': ('the number at the same place from the end', 'range(len({xs}))', 'len({xs}) - 1 - i'),
}
# key: (phrase behind "numbers that are", condition on {a} and {b}); {k} is a constant.
RELATIONS = {
    'less': ('less than', '{a} < {b}'),
    'greater': ('greater than', '{a} > {b}'),
    'equal': ('equal to', '{a} == {b}'),
    'different': ('different from', '{a} != {b}'),
    'far': ('more than {k} away from', 'abs({a} - {b}) > {k}'),
    'near': ('at most {k} away from', 'abs({a} - {b}) <= {k}'),
    'parity': ('even or odd just like', '{a} % 2 == {b} % 2'),
    'above': ('at least {k} more than', '{a} - {b} >= {k}'),
}
# key: (sentence, body with {test}, return type)
USES = {
    'count': ('Count the {what}.', ('count = 0', 'for i in {places}:', '    if {test}:', '        count += 1', 'return count'), 'int'),
    'sum': ('Add up the {what}.', ('total = 0', 'for i in {places}:', '    if {test}:', '        total += {a}', 'return total'), 'int'),
    'positions': ('Return the positions of the {what}.', ('return [i for i in {places} if {test}]',), 'list'),
    'list': ('Return a list of the {what}.', ('return [{a} for i in {places} if {test}]',), 'list'),
    'first': ('Return the position of the first of the {what}, or -1.',
              ('for i in {places}:', '    if {test}:', '        return i', 'return -1'), 'int'),
    'pairs': ('Return (number, other number) pairs for the {what}.',
              ('pairs = []', 'for i in {places}:', '    if {test}:', '        pairs.append(({a}, {b}))', 'return pairs'), 'list'),
    'products': ('Return the products of both numbers for the {what}.', ('return [{a} * {b} for i in {places} if {test}]',), 'list'),
    'all': ('Check whether there are only {what}.', ('return all({test} for i in {places})',), 'bool'),
    'run': ('Return the length of the longest run of {what}.',
            ('best = run = 0', 'for i in {places}:', '    if {test}:', '        run += 1', '        best = max(best, run)',
             '    else:', '        run = 0', 'return best'), 'int'),
}


def indexed(draw):
    """Each number of a list compared with another one."""
    xs = draw.word(*LIST_NAMES)
    reach, relation, use = draw.pick('reach', REACHES), draw.pick('relation', RELATIONS), draw.pick('use', USES)
    constant = str(draw.number(2, 6))
    phrase, test = (text.replace('{k}', constant) for text in RELATIONS[relation])
    other, places, index = REACHES[reach]
    doc, lines, returns = USES[use]
    fill = {'{test}': test, '{places}': places, '{a}': '{xs}[i]', '{b}': f'{{xs}}[{index}]', '{xs}': xs}
    return Sketch(
        names=(f'{use}_{relation}', f'{relation}_{reach}', f'{use}_by_index', 'compare', 'solve'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=doc.replace('{what}', f'numbers in {xs} that are {phrase} {other}'),
        body=tuple(filled(line, fill) for line in lines),
        inputs=lambda rng: (close_numbers(rng),),
        edges=(([],), ([4],), ([3, 3],), ([2, 9, 1],)),
    )


def close_numbers(rng):
    """A list of small numbers, often two equal ones."""
    return some_numbers(rng, *rng.choice(((-2, 6), (0, 12))), fewest=4, most=7)


# key: (phrase, places that are used, the element at a place)
GUARDS = {
    'inside': ('leave out places that {xs} does not have', ' if 0 <= i < len({xs})', '{xs}[i]'),
    'wrap': ('count on from the start behind the end', ' if {xs}', '{xs}[i % len({xs})]'),
    'last': ('take the last element for places behind the end', ' if {xs}', '{xs}[min(i, len({xs}) - 1)]'),
    'zero': ('take 0 for places behind the end', '', '({xs}[i] if i < len({xs}) else 0)'),
}
CHANGES = {'plain': ('elements', '{x}'), 'double': ('doubles of the elements', '{x} * 2'),
           'negative': ('negatives of the elements', '-{x}'), 'next': ('successors of the elements', '{x} + 1'),
           'square': ('squares of the elements', '{x} ** 2')}
GATHERED = {
    'list': ('Return the', ('return [{all}]',), 'list'),
    'sum': ('Add up the', ('return sum({all})',), 'int'),
    'largest': ('Return the largest (or 0) of the', ('return max(({all}), default=0)',), 'int'),
    'joined': ('Join with commas the', ('return ",".join(str({one}) for i in {places}{guard})',), 'str'),
    'table': ('Return a dict from places to the', ('return {i: {one} for i in {places}{guard}}',), 'dict'),
    'product': ('Multiply the', ('result = 1', 'for value in [{all}]:', '    result *= value', 'return result'), 'int'),
    'distinct': ('Count the distinct', ('return len(set({all}))',), 'int'),
    'last': ('Return the last (or None) of the', ('found = [{all}]', 'return found[-1] if found else None'), 'int'),
}


def lookup(draw):
    """The elements of one list at the places that another one names."""
    xs, places = draw.word('xs', 'values', 'data', 'items'), draw.word('places', 'order', 'idx')
    guard, changed, use = draw.pick('guard', GUARDS), draw.pick('change', CHANGES), draw.pick('use', GATHERED)
    told, condition, one = GUARDS[guard]
    what, change = CHANGES[changed]
    start, lines, returns = GATHERED[use]
    fill = {'{all}': '{one} for i in {places}{guard}', '{one}': change.replace('{x}', one), '{places}': places, '{guard}': condition,
            '{xs}': xs}
    return Sketch(
        names=(f'{use}_at', f'{guard}_{use}', f'look_up_{name_of(use)}', 'lookup', 'solve'),
        parameters=((xs, 'list'), (places, 'list')),
        returns=returns,
        doc=f'{start} {what} of {xs} at the {"places" if places == "places" else f"places in {places}"}; {told.replace("{xs}", xs)}.',
        body=tuple(filled(line, fill) for line in lines),
        inputs=lambda rng: (some_numbers(rng, 1, 12, 2, 4), some_numbers(rng, 0, 5, 2, 4)),
        edges=(([], []), ([5], [0]), ([], [1]), ([7, 8], [2])),
    )
