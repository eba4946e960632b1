"""Characters of a text."""

from families.number_words import name_of, one_of
from sketch import TEXT_EDGES, TEXT_NAMES, Sketch, some_text

# key: (plural phrase, condition on {c} and its negation, and another pair that the phrase allows too)
CLASSES = {
    'vowels': ('vowels', ('{c} in "aeiouAEIOU"', '{c} not in "aeiouAEIOU"'), ('{c} in "aeiou"', '{c} not in "aeiou"')),
    'digits': ('digits', ('{c}.isdigit()', 'not {c}.isdigit()')),
    'capitals': ('uppercase letters', ('{c}.isupper()', 'not {c}.isupper()')),
    'smalls': ('lowercase letters', ('{c}.islower()', 'not {c}.islower()')),
    'letters': ('letters', ('{c}.isalpha()', 'not {c}.isalpha()')),
    'spaces': ('spaces', ('{c} == " "', '{c} != " "')),
    'letter': ('letters "{l}" in either case', ('{c}.lower() == "{l}"', '{c}.lower() != "{l}"')),
}
# key: (sentence, body, return type)
USES = {
    'count': ('Count the {what} in {s}.', ('return sum(1 for {c} in {s} if {test})',), 'int'),
    'remove': ('Remove the {what} from {s}.', ('return "".join({c} for {c} in {s} if {negation})',), 'str'),
    'keep': ('Keep only the {what} of {s}.', ('return "".join({c} for {c} in {s} if {test})',), 'str'),
    'replace': ('Replace each of the {what} in {s} by "{r}".',
                ('return "".join("{r}" if {test} else {c} for {c} in {s})',), 'str'),
    'double': ('Write each of the {what} in {s} twice.',
               ('return "".join({c} * 2 if {test} else {c} for {c} in {s})',), 'str'),
    'positions': ('Return the positions of the {what} in {s}.', ('return [i for i, {c} in enumerate({s}) if {test}]',), 'list'),
    'first': ('Return the position of the first of the {what} in {s}, or -1.',
              ('for i, {c} in enumerate({s}):', '    if {test}:', '        return i', 'return -1'), 'int'),
    'last': ('Return the last of the {what} in {s}, or an empty string.',
             ('for {c} in {s}[::-1]:', '    if {test}:', '        return {c}', 'return ""'), 'str'),
    'run': ('Return the length of the longest run of {what} in {s}.',
            ('best = run = 0', 'for {c} in {s}:', '    run = run + 1 if {test} else 0', '    best = max(best, run)',
             'return best'), 'int'),
    'to-end': ('Move the {what} of {s} to its end, in order.',
               ('moved = "".join({c} for {c} in {s} if {test})', 'rest = "".join({c} for {c} in {s} if {negation})',
                'return rest + moved'), 'str'),
    'table': ('Count how often each of the {what} occurs in {s}.',
              ('counts = {{}}', 'for {c} in {s}:', '    if {test}:', '        counts[{c}] = counts.get({c}, 0) + 1',
               'return counts'), 'dict'),
    'flip': ('Reverse the order of the {what} in {s}; all else stays in place.',
             ('taken = [{c} for {c} in {s} if {test}]',
              'return "".join(taken.pop() if {test} else {c} for {c} in {s})'), 'str'),
    'share': ('Check whether more than half of {s} are {what}.',
              ('count = sum(1 for {c} in {s} if {test})', 'return count * 2 > len({s})'), 'bool'),
}


def characters(draw):
    """A class of characters and what is done with it."""
    s, c = draw.word(*TEXT_NAMES), draw.word('c', 'ch')
    kind, use = draw.pick('class', CLASSES), draw.pick('use', USES)
    letter, replacement = draw.letter(), draw.letter('*-_#.')
    plural, *tests = CLASSES[kind]
    what, test, negation = (text.replace('{c}', c).replace('{l}', letter) for text in (plural, *one_of(draw, tests)))
    doc, lines, returns = USES[use]
    return Sketch(
        names=(f'{name_of(use)}_{kind}', f'{kind}_{name_of(use)}', f'{name_of(use)}_chars', 'solve', 'clean'),
        parameters=((s, 'str'),),
        returns=returns,
        doc=doc.format(what=what, s=s, r=replacement),
        body=tuple(line.format(c=c, s=s, test=test, negation=negation, r=replacement) for line in lines),
        inputs=lambda rng: (some_text(rng),),
        edges=TEXT_EDGES,
    )
