"""Two or three steps on a list of numbers, one after the other."""

from families.number_words import change, condition, name_of, one_of
from sketch import LIST_NAMES, NUMBER_LIST_EDGES, Sketch, some_numbers

# key: (phrase, expression of {xs}, and another one that the phrase allows too); {k} is a constant.
PLAIN_STEPS = {
    'sort': ('sort them', 'sorted({xs})'),
    'sort-down': ('sort them in descending order', 'sorted({xs}, reverse=True)'),
    'reverse': ('reverse the order', '{xs}[::-1]'),
    'distinct': ('drop repeated values', 'list(dict.fromkeys({xs}))'),
    'first': ('keep the first {k}', '{xs}[:{k}]'),
    'last': ('keep the last {k}', '{xs}[-{k}:]'),
    'skip': ('skip the first {k}', '{xs}[{k}:]'),
    'every-other': ('keep every other one', '{xs}[::2]'),
    'differences': ('take the differences of neighbours', '[b - a for a, b in zip({xs}, {xs}[1:])]',
                    '[a - b for a, b in zip({xs}, {xs}[1:])]'),
    'sums': ('take the sums of neighbours', '[a + b for a, b in zip({xs}, {xs}[1:])]'),
    'add': ('add {k} to each', '[x + {k} for x in {xs}]'),
    'indexed': ('multiply each by its index', '[i * x for i, x in enumerate({xs})]', '[i * x for i, x in enumerate({xs}, 1)]'),
    'floor': ('replace negative ones by 0', '[max(0, x) for x in {xs}]'),
}
ENDS = {
    'list': ('return the list', ('return {xs}',), 'list'),
    'sum': ('return the sum', ('return sum({xs})',), 'int'),
    'largest': ('return the largest, or 0 if none is left', ('return max({xs}, default=0)',), 'int'),
    'smallest': ('return the smallest, or 0 if none is left', ('return min({xs}, default=0)',), 'int'),
    'count': ('return how many are left', ('return len({xs})',), 'int'),
    'last': ('return the last one, or None', ('return {xs}[-1] if {xs} else None',), 'int'),
    'joined': ('join them with dashes', ('return "-".join(str(x) for x in {xs})',), 'str'),
    'spread': ('return the largest minus the smallest, or 0',
               ('if not {xs}:', '    return 0', 'return max({xs}) - min({xs})'), 'int'),
    'middle': ('return the middle one, or None', ('return {xs}[len({xs}) // 2] if {xs} else None',), 'int'),
    'pairs': ('return them with their positions as pairs', ('return list(enumerate({xs}))',), 'list'),
}
STEP_KINDS = ('keep', 'change', *PLAIN_STEPS)


def step(draw, axis, used):
    """(key, phrase, expression of {xs}); no kind of step is used twice."""
    kind = draw.pick(axis, [kind for kind in STEP_KINDS if kind not in used])
    used.append(kind)
    if kind == 'keep':
        key, plural, _, test = condition(draw, f'{axis}-condition')
        return key, f'keep the {plural}', '[x for x in {xs} if %s]' % test.replace('{x}', 'x')
    if kind == 'change':
        key, phrase, expression = change(draw, f'{axis}-change', ('square', 'double', 'half', 'absolute', 'last-digit'))
        return key, f'take the {phrase} the numbers', '[%s for x in {xs}]' % expression.replace('{x}', 'x')
    constant = str(draw.number(2, 4))
    phrase, *expressions = (text.replace('{k}', constant) for text in PLAIN_STEPS[kind])
    return kind, phrase, one_of(draw, expressions)


def steps(draw, count):
    """A function of `count` steps and an end."""
    xs, kept = draw.word(*LIST_NAMES), draw.word('result', 'kept', 'out')
    used = []
    chosen = [step(draw, f'step{index}', used) for index in range(count)]
    end = draw.pick('end', ENDS)
    end_phrase, end_lines, returns = ENDS[end]
    lines = [f'{kept} = {expression}'.replace('{xs}', xs if index == 0 else kept)
             for index, (_, _, expression) in enumerate(chosen)]
    phrases = ', then '.join([phrase for _, phrase, _ in chosen] + [end_phrase])
    return Sketch(
        names=(f'{name_of(chosen[0][0])}_{name_of(end)}', f'{name_of(chosen[-1][0])}_{end}', 'transform', 'solve', 'pipeline'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=draw.word(f'Of the numbers in {xs}, {phrases}.', f'Take the numbers in {xs}, {phrases}.'),
        body=(*lines, *(line.replace('{xs}', kept) for line in end_lines)),
        inputs=lambda rng: (some_numbers(rng, fewest=4),),
        edges=NUMBER_LIST_EDGES,
    )


def two_steps(draw):
    return steps(draw, draw.number(1, 2))


def three_steps(draw):
    return steps(draw, 3)
