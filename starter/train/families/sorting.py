"""Sorting by a key, with ties and a part of the order."""

from families.number_words import name_of
from sketch import LIST_NAMES, WORD_LIST_NAMES, Sketch, some_numbers, some_words

# key: (phrase, key expression of x, what the elements are)
KEYS = {
    'value': ('value', 'x', 'numbers'),
    'absolute': ('absolute value', 'abs(x)', 'numbers'),
    'last-digit': ('last digit', 'abs(x) % 10', 'numbers'),
    'distance': ('distance from {k}', 'abs(x - {k})', 'numbers'),
    'length': ('length', 'len(x)', 'words'),
    'final': ('last letter', 'x[-1:]', 'words'),
    'lower': ('lowercase form', 'x.lower()', 'words'),
    'vowels': ('number of the letters "a" and "e"', 'x.count("a") + x.count("e")', 'words'),
    'second': ('second element', 'x[1]', 'pairs'),
    'total': ('sum', 'sum(x)', 'pairs'),
}
PARTS = {
    'all': ('', 'return {order}', 'list'),
    'first': (' and return the first {k}', 'return {order}[:{k}]', 'list'),
    'rest': (' and return all but the first {k}', 'return {order}[{k}:]', 'list'),
    'every-other': (' and return every other one', 'return {order}[::2]', 'list'),
}


def sorting(draw):
    """sorted() with a key, an order, a second key for ties, and a slice."""
    key, part = draw.pick('key', KEYS), draw.pick('part', PARTS)
    order, tie = draw.pick('order', ('down', 'up')), draw.pick('tie', ('none', 'value'))
    phrase, expression, elements = KEYS[key]
    constant = str(draw.number(2, 3))
    phrase, expression = phrase.replace('{k}', constant), expression.replace('{k}', constant)
    xs = draw.word(*(WORD_LIST_NAMES if elements == 'words' else LIST_NAMES if elements == 'numbers' else ('pairs', 'rows')))
    by = f'({expression}, x)' if tie == 'value' else expression
    call = f'sorted({xs}, key=lambda x: {by}{", reverse=True" if order == "down" else ""})'
    ties = ', equal ones by value' if tie == 'value' else ''
    direction = 'in descending order' if order == 'down' else draw.word('in ascending order', 'from smallest to largest')
    tail, line, returns = PARTS[part]

    def inputs(rng):
        if elements == 'words':
            return (some_words(rng, 4, 6),)
        if elements == 'numbers':
            return (some_numbers(rng, -12, 30, 4, 6),)
        return ([(rng.randint(0, 9), rng.randint(0, 5)) for _ in range(rng.randint(4, 5))],)

    return Sketch(
        names=(f'sort_by_{name_of(key)}', f'order_by_{name_of(key)}', f'{name_of(part)}_by_{name_of(key)}', 'arrange', 'solve'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=f'Sort {xs} by {phrase} {direction}{ties}{tail.replace("{k}", constant)}.',
        body=(line.replace('{order}', call).replace('{k}', constant),),
        inputs=inputs,
        edges=(([],),),
    )
