"""Conditions on numbers, things done to them and ways to sum them up: the words that several families share."""

# key: (plural phrase, singular phrase, condition on {x}, and another one that the phrase allows too); {k} is a constant.
CONDITIONS = {
    'even': ('even numbers', 'an even number', '{x} % 2 == 0'),
    'odd': ('odd numbers', 'an odd number', '{x} % 2 == 1'),
    'positive': ('positive numbers', 'a positive number', '{x} > 0'),
    'negative': ('negative numbers', 'a negative number', '{x} < 0'),
    'nonzero': ('nonzero numbers', 'a nonzero number', '{x} != 0'),
    'greater': ('numbers greater than {k}', 'a number greater than {k}', '{x} > {k}'),
    'less': ('numbers less than {k}', 'a number less than {k}', '{x} < {k}'),
    'at-least': ('numbers that are at least {k}', 'a number that is at least {k}', '{x} >= {k}'),
    'at-most': ('numbers that are at most {k}', 'a number that is at most {k}', '{x} <= {k}'),
    'multiple': ('multiples of {k}', 'a multiple of {k}', '{x} % {k} == 0'),
    'no-multiple': ('numbers not divisible by {k}', 'a number not divisible by {k}', '{x} % {k} != 0'),
    'beyond': ('numbers beyond {k}', 'a number beyond {k}', '{x} > {k}', '{x} >= {k}'),
    'up-to': ('numbers up to {k}', 'a number up to {k}', '{x} <= {k}', '{x} < {k}'),
    'ends-in': ('numbers that end in {k}', 'a number that ends in {k}', 'abs({x}) % 10 == {k}'),
}

# key: (phrase before "the numbers", expression of {x}, and another one that the phrase allows too)
CHANGES = {
    'square': ('squares of', '{x} * {x}'),
    'cube': ('cubes of', '{x} ** 3'),
    'double': ('doubles of', '{x} * 2'),
    'triple': ('triples of', '{x} * 3'),
    'half': ('halves of', '{x} // 2', '{x} / 2'),
    'absolute': ('absolute values of', 'abs({x})'),
    'negation': ('negations of', '-{x}'),
    'successor': ('successors of', '{x} + 1'),
    'last-digit': ('last digits of', 'abs({x}) % 10'),
    'text': ('texts of', 'str({x})'),
}


def condition(draw, axis='condition', among=None):
    """(key, plural phrase, singular phrase, expression with {x}), the constant filled in."""
    key = draw.pick(axis, among or CONDITIONS)
    constant = draw.number(2, 9)
    plural, singular, *expressions = (text.replace('{k}', str(constant)) for text in CONDITIONS[key])
    return key, plural, singular, one_of(draw, expressions)


def change(draw, axis='change', among=None):
    """(key, phrase, expression with {x})."""
    key = draw.pick(axis, among or CHANGES)
    phrase, *expressions = CHANGES[key]
    return key, phrase, one_of(draw, expressions)


def one_of(draw, expressions):
    """The only expression, or one of several that the phrase allows alike."""
    return draw.unsaid(*expressions) if len(expressions) > 1 else expressions[0]


def name_of(key):
    """A key as part of a function's name."""
    return key.replace('-', '_')
