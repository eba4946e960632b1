"""One pass over a list of numbers: keep some, change them, sum them up."""

from families.number_words import CHANGES, change, condition, name_of
from sketch import LIST_NAMES, NUMBER_LIST_EDGES, Sketch, some_numbers

# key: (wordings with {what} and {xs}, body lines with {all} for the generated values, return type)
RESULTS = {
    'sum': (('Return the sum of the {what} in {xs}.', 'Add up the {what} in {xs}.'), ('return sum({all})',), 'int'),
    'list': (('Return a list of the {what} in {xs}.', 'Collect the {what} in {xs}.'), ('return [{all}]',), 'list'),
    'largest': (('Return the largest of the {what} in {xs}, or 0 if there are none.',),
                ('return max(({all}), default=0)',), 'int'),
    'smallest': (('Return the smallest of the {what} in {xs}, or None if there are none.',),
                 ('return min(({all}), default=None)',), 'int'),
    'average': (('Return the average of the {what} in {xs}, or 0 if there are none.',),
                ('picked = [{all}]', 'if not picked:', '    return 0', 'return sum(picked) / len(picked)'), 'float'),
    'distinct': (('Return how many different {what} are in {xs}.', 'Count the distinct {what} in {xs}.'),
                 ('return len(set({all}))',), 'int'),
    'product': (('Return the product of the {what} in {xs}.', 'Multiply the {what} in {xs}.'),
                ('result = 1', 'for value in [{all}]:', '    result *= value', 'return result'), 'int'),
    'last': (('Return the last of the {what} in {xs}, or None.',),
             ('picked = [{all}]', 'return picked[-1] if picked else None'), 'int'),
    'joined': (('Join the {what} in {xs} with commas.',), ('return ",".join(str(value) for value in [{all}])',), 'str'),
}


def one_pass(draw):
    """Filter, map, reduce."""
    xs, x = draw.word(*LIST_NAMES), draw.word('x', 'v', 'n')
    key, plural, _, test = condition(draw)
    change_key, phrase, expression = change(draw, among=[*(key for key in CHANGES if key != 'text'), 'square'])
    result = draw.pick('result', RESULTS)
    wordings, lines, returns = RESULTS[result]
    values = f'{expression} for {x} in {xs} if {test}'.replace('{x}', x)
    what = f'{phrase} the {plural}'
    return Sketch(
        names=(f'{result}_{name_of(key)}', f'{name_of(change_key)}_{result}', f'get_{result}', 'solve', 'process'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=draw.word(*wordings).format(what=what, xs=xs),
        body=tuple(line.replace('{all}', values) for line in lines),
        inputs=lambda rng: (some_numbers(rng),),
        edges=NUMBER_LIST_EDGES,
    )
