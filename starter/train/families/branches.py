"""One number, several cases."""

from families.number_words import CONDITIONS, condition, name_of
from sketch import NUMBER_NAMES, Sketch

# key: (phrase, value of {n})
VALUES = {
    'square': ('its square', '{n} * {n}'),
    'double': ('its double', '{n} * 2'),
    'half': ('its half, rounded down', '{n} // 2'),
    'same': ('the number itself', '{n}'),
    'negation': ('its negation', '-{n}'),
    'zero': ('0', '0'),
    'text': ('it as a text', 'str({n})'),
    'plus': ('it plus {k}', '{n} + {k}'),
    'word': ('"{w}"', '"{w}"'),
    'none': ('None', 'None'),
}
WORDS = ('big', 'small', 'yes', 'no', 'ok', 'bad', 'hot', 'cold')


def branches(draw):
    """Two or three cases in a fixed order."""
    n = draw.word(*NUMBER_NAMES)
    count = 3 if draw.pick('cases', ('three', 'two')) == 'three' else 2
    cases, used = [], []
    for index in range(count):
        key = draw.pick(f'value{index}', [value for value in VALUES if value not in used])
        used.append(key)
        fill = {'n': n, 'k': str(draw.number(2, 9)), 'w': WORDS[draw.number(0, len(WORDS) - 1)]}
        phrase, value = (text.format(**fill) for text in VALUES[key])
        unused = [case for case in CONDITIONS if case not in used]
        test = condition(draw, f'case{index}', unused) if index < count - 1 else None
        used.append(test and test[0])
        cases.append((test, phrase, value))
    lines, phrases = [], []
    for (_, _, singular, test), phrase, value in cases[:-1]:
        lines += [f'if {test}:'.replace('{x}', n), f'    return {value}']
        phrases.append(f'{phrase} if {n} is {singular}')
    lines.append(f'return {cases[-1][2]}')
    doc = f'Return {", else ".join(phrases)}, else {cases[-1][1]}.'
    return Sketch(
        names=(f'if_{name_of(cases[0][0][0])}', 'classify', 'decide', 'convert', 'choose'),
        parameters=((n, 'int'),),
        returns='object',
        doc=doc,
        body=tuple(lines),
        inputs=lambda rng: (rng.randint(-9, 24),),
        edges=((0,), (1,), (-1,), (10,)),
    )
