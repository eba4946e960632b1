"""Dictionaries: made by grouping, and read."""

from families.number_words import condition, name_of, one_of
from sketch import LIST_NAMES, WORD_LIST_NAMES, Sketch, some_numbers, some_words

# key: (phrase, expressions of x that it allows alike, whether the elements are words)
GROUPS = {
    'length': ('length', ('len(x)',), True),
    'initial': ('first letter', ('x[0]', 'x[0].lower()'), True),
    'final': ('last letter', ('x[-1]', 'x[-1].lower()'), True),
    'lower': ('lowercase form', ('x.lower()',), True),
    'digit': ('last digit', ('x % 10',), False),
    'parity': ('remainder modulo 2', ('x % 2',), False),
    'thirds': ('remainder modulo 3', ('x % 3',), False),
    'tens': ('tens (x // 10)', ('x // 10',), False),
}
# key: (phrase of what a group maps to, body of the loop, body behind the loop)
MADE = {
    'lists': ('the list of its elements', ('groups.setdefault(key, []).append(x)',), ('return groups',)),
    'counts': ('how many elements it has', ('groups[key] = groups.get(key, 0) + 1',), ('return groups',)),
    'first': ('its first element', ('if key not in groups:', '    groups[key] = x'), ('return groups',)),
    'last': ('its last element', ('groups[key] = x',), ('return groups',)),
    'distinct': ('how many different elements it has', ('groups.setdefault(key, set()).add(x)',),
                 ('return {k: len(v) for k, v in groups.items()}',)),
    'largest': ('its largest element', ('if key not in groups or x > groups[key]:', '    groups[key] = x'), ('return groups',)),
    'sorted': ('its elements, sorted', ('groups.setdefault(key, []).append(x)',),
               ('return {k: sorted(v) for k, v in groups.items()}',)),
    'several': ('its elements, where there are at least two', ('groups.setdefault(key, []).append(x)',),
                ('return {k: v for k, v in groups.items() if len(v) > 1}',)),
}


def grouping(draw):
    """Groups the elements of a list by a key."""
    by, made = draw.pick('by', GROUPS), draw.pick('made', MADE)
    phrase, expressions, is_words = GROUPS[by]
    expression = one_of(draw, expressions)
    xs = draw.word(*(WORD_LIST_NAMES if is_words else LIST_NAMES))
    what, inner, outer = MADE[made]
    doc = draw.word(f'Group {xs} by {phrase}: map each to {what}.', f'Return a dict from each {phrase} in {xs} to {what}.')
    return Sketch(
        names=(f'{made}_by_{by}', f'group_by_{by}', 'group', 'collect', 'solve'),
        parameters=((xs, 'list'),),
        returns='dict',
        doc=doc,
        body=('groups = {}', f'for x in {xs}:', f'    key = {expression}', *(f'    {line}' for line in inner), *outer),
        inputs=(lambda rng: (some_words(rng, 4, 6),)) if is_words else (lambda rng: (some_numbers(rng, 0, 39, 4, 7),)),
        edges=(([],), (['a', 'A', 'a'] if is_words else [11, 1, 11],)),
    )


# key: (sentence, body with {test} of v, return type)
READ = {
    'keys': ('Return the keys of {d} whose values are {plural}.', ('return [k for k, v in {d}.items() if {test}]',), 'list'),
    'part': ('Return the part of {d} whose values are {plural}.', ('return {{k: v for k, v in {d}.items() if {test}}}',), 'dict'),
    'sum': ('Add up the values of {d} that are {plural}.', ('return sum(v for v in {d}.values() if {test})',), 'int'),
    'count': ('Count the values of {d} that are {plural}.', ('return sum(1 for v in {d}.values() if {test})',), 'int'),
    'swap': ('Swap keys and values of {d} for the values that are {plural}.',
             ('return {{v: k for k, v in {d}.items() if {test}}}',), 'dict'),
    'best': ('Return the key of the largest of the {plural} in {d}, or None.',
             ('kept = {{k: v for k, v in {d}.items() if {test}}}', 'return max(kept, key=kept.get, default=None)'), 'str'),
    'sorted': ('Return the keys of {d} whose values are {plural}, sorted by value.',
               ('kept = [k for k, v in {d}.items() if {test}]', 'return sorted(kept, key={d}.get)'), 'list'),
    'double': ('Double the values of {d} that are {plural} and keep the others.',
               ('return {{k: v * 2 if {test} else v for k, v in {d}.items()}}',), 'dict'),
    'pairs': ('Return (value, key) pairs for the values of {d} that are {plural}.',
              ('return [(v, k) for k, v in {d}.items() if {test}]',), 'list'),
    'names': ('Join the keys of {d} whose values are {plural} with commas.',
              ('return ",".join(k for k, v in {d}.items() if {test})',), 'str'),
}


def reading(draw):
    """Takes what it wants of a dictionary from names to numbers."""
    d = draw.word('d', 'table', 'scores', 'prices', 'stock')
    key, plural, _, test = condition(draw)
    use = draw.pick('use', READ)
    doc, lines, returns = READ[use]

    def inputs(rng):
        return ({name: rng.randint(-4, 20) for name in rng.sample('abcdefg', rng.randint(3, 4))},)

    return Sketch(
        names=(f'{use}_{name_of(key)}', f'{name_of(key)}_{use}', f'dict_{use}', 'select', 'solve'),
        parameters=((d, 'dict'),),
        returns=returns,
        doc=doc.format(d=d, plural=plural),
        body=tuple(line.format(d=d, test=test.replace('{x}', 'v')) for line in lines),
        inputs=inputs,
        edges=(({},), ({'a': 0},), ({'z': -1, 'y': 10},)),
    )
