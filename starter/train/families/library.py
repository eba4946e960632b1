"""Functions that need a module of the standard library."""

from families.number_words import condition, name_of
from sketch import LIST_NAMES, TEXT_NAMES, Sketch, some_numbers, some_text

# key: (sentence of {xs} with {what}, import, body of the list {kept}, edges besides the empty list)
ON_NUMBERS = {
    'gcd': ('Return the greatest common divisor of the {what} in {xs}, or 0.', 'import math', ('return math.gcd(*{kept})',)),
    'lcm': ('Return the least common multiple of the {what} in {xs}, or 1.', 'import math', ('return math.lcm(*{kept})',)),
    'prod': ('Multiply the {what} in {xs}.', 'import math', ('return math.prod({kept})',)),
    'roots': ('Return the square roots, rounded down, of the absolute values of the {what} in {xs}.', 'import math',
              ('return [math.isqrt(abs(x)) for x in {kept}]',)),
    'most': ('Return the most frequent of the {what} in {xs}, or None.', 'from collections import Counter',
             ('counts = Counter({kept})', 'return counts.most_common(1)[0][0] if counts else None')),
    'counts': ('Count how often each of the {what} in {xs} occurs.', 'from collections import Counter', ('return dict(Counter({kept}))',)),
    'totals': ('Return the running totals of the {what} in {xs}.', 'from itertools import accumulate',
               ('return list(accumulate({kept}))',)),
    'highs': ('Return the running maximum of the {what} in {xs}.', 'from itertools import accumulate',
              ('return list(accumulate({kept}, max))',)),
    'pair-sums': ('Return the sums of all pairs of {what} in {xs}, in order.', 'from itertools import combinations',
                  ('return [a + b for a, b in combinations({kept}, 2)]',)),
    'median': ('Return the median of the {what} in {xs}, or None.', 'from statistics import median',
               ('kept = {kept}', 'return median(kept) if kept else None')),
    'turn': ('Rotate the {what} in {xs} by {k} to the right.', 'from collections import deque',
             ('kept = deque({kept})', 'kept.rotate({k})', 'return list(kept)')),
    'runs': ('Return (value, length) pairs for the runs of equal neighbours among the {what} in {xs}.', 'from itertools import groupby',
             ('return [(x, len(list(run))) for x, run in groupby({kept})]',)),
    'fold': ('Start with 0 and, for each of the {what} in {xs}, double the result and add the number.', 'from functools import reduce',
             ('return reduce(lambda total, x: total * 2 + x, {kept}, 0)',)),
    'smallest': ('Return the {k} smallest of the {what} in {xs}.', 'import heapq', ('return heapq.nsmallest({k}, {kept})',)),
}
KEPT = ('even', 'odd', 'positive', 'nonzero', 'greater', 'less', 'multiple', 'at-most')


def numbers_with_module(draw):
    """A module's function on some of the numbers of a list."""
    xs = draw.word(*LIST_NAMES)
    use = draw.pick('use', ON_NUMBERS)
    doc, module, lines = ON_NUMBERS[use]
    constant = str(draw.number(2, 3))
    key, plural, _, test = condition(draw, among=KEPT)
    kept = f'[x for x in {xs} if {test}]'.replace('{x}', 'x')
    return Sketch(
        names=(f'{name_of(use)}_{name_of(key)}', f'{name_of(use)}_of', f'get_{name_of(use)}', 'solve', 'compute'),
        parameters=((xs, 'list'),),
        returns='object',
        doc=doc.replace('{what}', plural).replace('{xs}', xs).replace('{k}', constant),
        body=tuple(line.replace('{kept}', kept).replace('{k}', constant) for line in lines),
        inputs=lambda rng: (some_numbers(rng, 1, 12, 4, 6),),
        edges=(([],), ([6],), ([2, 2, 3],)),
        imports=(module,),
    )


# key: (phrase, pattern)
PATTERNS = {
    'numbers': ('numbers', r'\d+'),
    'capitalised': ('words with a capital letter', r'[A-Z]\w*'),
    'long': ('words of at least {k} letters', r'[A-Za-z]{{k},}'),
    'vowels': ('runs of vowels', r'[aeiou]+'),
    'starting': ('words that start with "{l}"', r'\b{l}\w*'),
    'double': ('doubled letters', r'([a-z])\1'),
}
ON_MATCHES = {
    'list': ('Return all {what} in {s}.', 'return [m.group() for m in re.finditer(r"{p}", {s})]', 'list'),
    'count': ('Count the {what} in {s}.', 'return len(re.findall(r"{p}", {s}))', 'int'),
    'replace': ('Replace the {what} in {s} by "{r}".', 'return re.sub(r"{p}", "{r}", {s})', 'str'),
    'positions': ('Return where the {what} in {s} start.', 'return [m.start() for m in re.finditer(r"{p}", {s})]', 'list'),
    'any': ('Check whether {s} has any {what}.', 'return re.search(r"{p}", {s}) is not None', 'bool'),
    'lengths': ('Return the lengths of the {what} in {s}.', 'return [len(m.group()) for m in re.finditer(r"{p}", {s})]', 'list'),
}


def patterns(draw):
    """Regular expressions on a line of text."""
    s = draw.word(*TEXT_NAMES)
    pattern, use = draw.pick('pattern', PATTERNS), draw.pick('use', ON_MATCHES)
    constant, letter, sign = str(draw.number(3, 4)), draw.letter(), draw.letter('*-#_')
    what, expression = (text.replace('{k}', constant).replace('{l}', letter) for text in PATTERNS[pattern])
    doc, line, returns = ON_MATCHES[use]
    fill = {'{what}': what, '{s}': s, '{p}': expression, '{r}': sign}
    for mark, text in fill.items():
        doc, line = doc.replace(mark, text), line.replace(mark, text)
    return Sketch(
        names=(f'{use}_{pattern}', f'find_{pattern}', f'{use}_matches', 'solve', 'search'),
        parameters=((s, 'str'),),
        returns=returns,
        doc=doc,
        body=(line,),
        inputs=lambda rng: (some_text(rng),),
        edges=(('',), ('a 1',)),
        imports=('import re',),
    )
