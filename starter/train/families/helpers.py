"""Functions that need a helper function of their own."""

from families.number_words import name_of
from sketch import LIST_NAMES, Sketch

# key: (plural phrase, helper's lines with {h})
TESTS = {
    'prime': ('prime numbers', ('def {h}(n):', '    if n < 2:', '        return False', '    for i in range(2, n):',
                                '        if n % i == 0:', '            return False', '    return True')),
    'square': ('square numbers', ('def {h}(n):', '    root = int(n ** 0.5)', '    return root * root == n')),
    'palindrome': ('palindrome numbers', ('def {h}(n):', '    return str(n) == str(n)[::-1]')),
    'even-digits': ('numbers with an even digit sum', ('def {h}(n):', '    return sum(int(d) for d in str(n)) % 2 == 0')),
    'power': ('powers of two', ('def {h}(n):', '    while n > 1 and n % 2 == 0:', '        n //= 2', '    return n == 1')),
    'repeated': ('numbers with a repeated digit', ('def {h}(n):', '    return len(set(str(n))) < len(str(n))')),
    'perfect': ('perfect numbers', ('def {h}(n):', '    return n > 1 and sum(d for d in range(1, n) if n % d == 0) == n')),
}
TEST_USES = {
    'list': ('Return the {what} in {xs}.', ('return [x for x in {xs} if {h}(x)]',), 'list'),
    'others': ('Return {xs} without the {what}.', ('return [x for x in {xs} if not {h}(x)]',), 'list'),
    'count': ('Count the {what} in {xs}.', ('return sum(1 for x in {xs} if {h}(x))',), 'int'),
    'sum': ('Add up the {what} in {xs}.', ('return sum(x for x in {xs} if {h}(x))',), 'int'),
    'largest': ('Return the largest of the {what} in {xs}, or 0.', ('return max((x for x in {xs} if {h}(x)), default=0)',), 'int'),
    'all': ('Check whether there are only {what} in {xs}.', ('return all({h}(x) for x in {xs})',), 'bool'),
    'any': ('Check whether there are any {what} in {xs}.', ('return any({h}(x) for x in {xs})',), 'bool'),
    'positions': ('Return the positions of the {what} in {xs}.', ('return [i for i, x in enumerate({xs}) if {h}(x)]',), 'list'),
    'halves': ('Return two lists: the {what} in {xs}, and the others.',
               ('yes = [x for x in {xs} if {h}(x)]', 'no = [x for x in {xs} if not {h}(x)]', 'return [yes, no]'), 'list'),
}
VALUES = {
    'digit-sum': ('digit sum', ('def {h}(n):', '    return sum(int(d) for d in str(n))')),
    'reversed': ('number read backwards', ('def {h}(n):', '    return int(str(n)[::-1])')),
    'divisors': ('number of divisors', ('def {h}(n):', '    return sum(1 for d in range(1, n + 1) if n % d == 0)')),
    'collatz': ('number of Collatz steps to 1', ('def {h}(n):', '    steps = 0', '    while n > 1:',
                                                '        n = n // 2 if n % 2 == 0 else 3 * n + 1', '        steps += 1',
                                                '    return steps')),
    'largest-digit': ('largest digit', ('def {h}(n):', '    return max(int(d) for d in str(n))')),
    'digit-product': ('digit product', ('def {h}(n):', '    result = 1', '    for d in str(n):', '        result *= int(d)',
                                        '    return result')),
}
VALUE_USES = {
    'list': ('Return the {what} of every number in {xs}.', ('return [{h}(x) for x in {xs}]',), 'list'),
    'sum': ('Add up the {what} of every number in {xs}.', ('return sum({h}(x) for x in {xs})',), 'int'),
    'best': ('Return the number in {xs} with the largest {what}, or None.', ('return max({xs}, key={h}, default=None)',), 'int'),
    'least': ('Return the number in {xs} with the smallest {what}, or None.', ('return min({xs}, key={h}, default=None)',), 'int'),
    'sorted': ('Sort {xs} by {what}.', ('return sorted({xs}, key={h})',), 'list'),
    'table': ('Return a dict from each number in {xs} to its {what}.', ('return {{x: {h}(x) for x in {xs}}}',), 'dict'),
    'equal': ('Count the numbers in {xs} that equal their {what}.', ('return sum(1 for x in {xs} if {h}(x) == x)',), 'int'),
}


def helper(draw):
    """A test or a value in a helper, used on a list of positive numbers."""
    xs = draw.word(*LIST_NAMES)
    kind = draw.pick('helper', [*TESTS, *VALUES])
    what, helper_lines = {**TESTS, **VALUES}[kind]
    uses = TEST_USES if kind in TESTS else VALUE_USES
    use = draw.pick('use', uses)
    doc, lines, returns = uses[use]
    own = draw.word(f'is_{name_of(kind)}' if kind in TESTS else name_of(kind), 'helper', 'check' if kind in TESTS else 'measure')
    return Sketch(
        names=(f'{use}_{name_of(kind)}', f'{name_of(kind)}_{use}', 'solve', 'process', 'pick'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=doc.format(what=what, xs=xs),
        body=tuple(line.format(h=own, xs=xs) for line in lines),
        helpers=tuple(line.replace('{h}', own) for line in helper_lines),
        inputs=lambda rng: (some_positive(rng),),
        edges=(([],), ([1],), ([10, 1],)),
    )


def some_positive(rng):
    """A list of positive numbers, many of which pass one of the tests above."""
    common = rng.choice(([2, 3, 5, 7, 11], [4, 9, 16, 6, 28], [11, 22, 131, 8], [1, 2, 4, 10]))
    return [rng.choice(common) if rng.random() < 0.5 else rng.randint(1, 60) for _ in range(rng.randint(3, 5))]
