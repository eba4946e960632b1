"""Whole numbers: their digits, their divisors and the numbers up to them."""

from families.number_words import condition, name_of, one_of
from sketch import NUMBER_NAMES, Sketch

# key: (phrase before the plural, expression of the values of {n}, (lowest, highest), and another expression that the phrase allows too)
SOURCES = {
    'digits': ('digits of {n}', 'map(int, str({n}))', (1, 99999)),
    'up-to': ('numbers from 1 to {n}', 'range(1, {n} + 1)', (1, 25), 'range(1, {n})'),
    'below': ('numbers from 0 to {n}, without {n} itself,', 'range({n})', (1, 25)),
    'divisors': ('divisors of {n}', '[d for d in range(1, {n} + 1) if {n} % d == 0]', (1, 60),
                 '[d for d in range(1, {n}) if {n} % d == 0]'),
    'multiples': ('first {k} multiples of {n}', '[{n} * i for i in range(1, {k} + 1)]', (1, 12)),
    'powers': ('powers 2, 4, 8, ... of two up to {n}', '[2 ** i for i in range(1, 12) if 2 ** i <= {n}]', (1, 99),
               '[2 ** i for i in range(1, 12) if 2 ** i < {n}]'),
}
USES = {
    'sum': ('Add up', ('return sum(x for x in {values} if {test})',), 'int'),
    'count': ('Count', ('return sum(1 for x in {values} if {test})',), 'int'),
    'list': ('Return a list of', ('return [x for x in {values} if {test}]',), 'list'),
    'product': ('Multiply', ('result = 1', 'for x in {values}:', '    if {test}:', '        result *= x', 'return result'), 'int'),
    'largest': ('Return the largest, or 0, of', ('return max((x for x in {values} if {test}), default=0)',), 'int'),
    'text': ('Join to one text', ('return "".join(str(x) for x in {values} if {test})',), 'str'),
    'others': ('Return a list without', ('return [x for x in {values} if not {test}]',), 'list'),
}


def numbers_of(draw):
    """Numbers made of one number, some kept, summed up."""
    n = draw.word(*NUMBER_NAMES)
    source, use = draw.pick('source', SOURCES), draw.pick('use', USES)
    count = str(draw.number(3, 6))
    key, plural, _, test = condition(draw)
    phrase, values, (low, high), *others = SOURCES[source]
    values = one_of(draw, [values, *others])
    start, lines, returns = USES[use]
    fill = {'n': n, 'k': count}
    test = test.replace('{x}', 'x')
    test = f'({test})' if use == 'others' else test
    return Sketch(
        names=(f'{use}_{name_of(source)}', f'{name_of(key)}_{name_of(source)}', f'{use}_{name_of(key)}', 'solve', 'compute'),
        parameters=((n, 'int'),),
        returns=returns,
        doc=f'{start} the {plural} among the {phrase.format(**fill)}.'.replace(',.', '.'),
        body=tuple(line.replace('{values}', values.format(**fill)).replace('{test}', test) for line in lines),
        inputs=lambda rng: (rng.randint(low, high),),
        edges=((low,), (high,)),
    )


# key: (sentence, body, (lowest, highest))
CLASSICS = {
    'factorial': ('Return the factorial of {n}.',
                  ('result = 1', 'for i in range(2, {n} + 1):', '    result *= i', 'return result'), (0, 8)),
    'fibonacci': ('Return Fibonacci number {n}, where number 0 is 0 and number 1 is 1.',
                  ('a, b = 0, 1', 'for _ in range({n}):', '    a, b = b, a + b', 'return a'), (0, 14)),
    'prime': ('Check whether {n} is prime.', ('if {n} < 2:', '    return False', 'for i in range(2, int({n} ** 0.5) + 1):',
                                              '    if {n} % i == 0:', '        return False', 'return True'), (0, 50)),
    'primes': ('Return the primes up to {n}.', ('primes = []', 'for i in range(2, {n} + 1):',
                                                '    if all(i % p != 0 for p in primes):', '        primes.append(i)',
                                                'return primes'), (0, 30)),
    'collatz': ('Return the Collatz steps from {n} to 1 as a list with both ends.',
                ('steps = [{n}]', 'while {n} > 1:', '    {n} = {n} // 2 if {n} % 2 == 0 else 3 * {n} + 1',
                 '    steps.append({n})', 'return steps'), (1, 14)),
    'factors': ('Return the prime factors of {n} in ascending order.',
                ('factors = []', 'i = 2', 'while {n} > 1:', '    while {n} % i == 0:', '        factors.append(i)',
                 '        {n} //= i', '    i += 1', 'return factors'), (1, 99)),
    'root': ('Replace {n} by its digit sum until one digit is left.',
             ('while {n} > 9:', '    {n} = sum(int(d) for d in str({n}))', 'return {n}'), (0, 99999)),
    'base': ('Write {n} in base {k}.', ('if {n} == 0:', '    return "0"', 'digits = ""', 'while {n} > 0:',
                                        '    digits = str({n} % {k}) + digits', '    {n} //= {k}', 'return digits'), (0, 99)),
    'triangle': ('Check whether {n} is one of 0, 1, 3, 6, 10, ...',
                 ('total = step = 0', 'while total < {n}:', '    step += 1', '    total += step', 'return total == {n}'), (0, 30)),
    'halvings': ('Count how often {n} can be divided by {k} without a rest.',
                 ('count = 0', 'while {n} > 0 and {n} % {k} == 0:', '    {n} //= {k}', '    count += 1', 'return count'), (0, 90)),
}


def classic(draw):
    """A well-known loop on one number."""
    n, kind, constant = draw.word('n', 'num', 'number'), draw.pick('classic', CLASSICS), str(draw.number(2, 5))
    doc, lines, (low, high) = CLASSICS[kind]
    fill = {'n': n, 'k': constant}
    returns = {'prime': 'bool', 'triangle': 'bool', 'primes': 'list', 'collatz': 'list', 'factors': 'list', 'base': 'str'}
    return Sketch(
        names=(kind, f'get_{kind}', f'{kind}_of', 'compute', 'solve'),
        parameters=((n, 'int'),),
        returns=returns.get(kind, 'int'),
        doc=doc.format(**fill),
        body=tuple(line.format(**fill) for line in lines),
        inputs=lambda rng: (rng.randint(low, high),),
        edges=((low,), (low + 1,)),
    )
