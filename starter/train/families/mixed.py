"""Lists that hold numbers, texts and None side by side."""

from families.number_words import name_of
from sketch import Sketch, filled

# key: (plural phrase, condition on x, value of x)
NUMERIC = {
    'numbers': ('numbers', 'isinstance(x, int)', 'x'),
    'digits': ('texts of digits (as numbers)', 'isinstance(x, str) and x.isdigit()', 'int(x)'),
    'countable': ('numbers and texts of digits (all as numbers)', 'isinstance(x, int) or str(x).isdigit()', 'int(x)'),
}
TEXTUAL = {
    'texts': ('texts', 'isinstance(x, str)', 'x'),
    'present': ('elements other than None (as texts)', 'x is not None', 'str(x)'),
    'words': ('texts that are not digits', 'isinstance(x, str) and not x.isdigit()', 'x'),
    'written': ('numbers (as texts)', 'isinstance(x, int)', 'str(x)'),
}
NUMERIC_CHANGES = {'plain': ('', '{v}'), 'double': ('doubled ', '{v} * 2'), 'square': ('squared ', '{v} ** 2'),
                   'negative': ('negated ', '-{v}')}
TEXTUAL_CHANGES = {'plain': ('', '{v}'), 'upper': ('uppercase ', '{v}.upper()'), 'reversed': ('reversed ', '{v}[::-1]'),
                   'twice': ('doubled ', '{v} * 2'), 'initial': ('first characters of the ', '{v}[0]')}
# key: (sentence, body with {value} and {test}, return type)
OF_NUMBERS = {
    'sum': ('Add up the {what} in {xs}.', ('total = 0', 'for x in {xs}:', '    if {test}:', '        total += {value}', 'return total'),
            'int'),
    'largest': ('Return the largest of the {what} in {xs}, or 0.', ('return max(({value} for x in {xs} if {test}), default=0)',), 'int'),
    'average': ('Return the average of the {what} in {xs}, or None.',
                ('found = [{value} for x in {xs} if {test}]', 'return sum(found) / len(found) if found else None'), 'float'),
    'product': ('Multiply the {what} in {xs}.',
                ('result = 1', 'for x in {xs}:', '    if {test}:', '        result *= {value}', 'return result'), 'int'),
    'joined': ('Join the {what} in {xs} with dashes.', ('return "-".join(str({value}) for x in {xs} if {test})',), 'str'),
}
OF_TEXTS = {
    'joined': ('Join the {what} in {xs} with dashes.', ('return "-".join({value} for x in {xs} if {test})',), 'str'),
    'length': ('Add up the lengths of the {what} in {xs}.', ('return sum(len({value}) for x in {xs} if {test})',), 'int'),
    'longest': ('Return the longest of the {what} in {xs}, or an empty text.',
                ('return max(({value} for x in {xs} if {test}), key=len, default="")',), 'str'),
    'glued': ('Put the {what} in {xs} together, last one first.',
              ('out = ""', 'for x in {xs}:', '    if {test}:', '        out = {value} + out', 'return out'), 'str'),
    'numbered': ('Write each of the {what} in {xs} behind its position and a colon, as a list.',
                 ('return [str(i) + ":" + {value} for i, x in enumerate({xs}) if {test}]',), 'list'),
}
OF_BOTH = {
    'list': ('Return a list of the {what} in {xs}.', ('return [{value} for x in {xs} if {test}]',), 'list'),
    'sorted': ('Sort the {what} in {xs}.', ('return sorted({value} for x in {xs} if {test})',), 'list'),
    'table': ('Return a dict from positions to the {what} in {xs}.',
              ('return {i: {value} for i, x in enumerate({xs}) if {test}}',), 'dict'),
    'others': ('Return {xs} with None for all but the {what}.',
               ('out = []', 'for x in {xs}:', '    if {test}:', '        out.append({value})', '    else:', '        out.append(None)',
                'return out'), 'list'),
    'last': ('Return the last of the {what} in {xs}, or None.',
             ('last = None', 'for x in {xs}:', '    if {test}:', '        last = {value}', 'return last'), 'object'),
}


def mixed(draw):
    """Picks elements of a kind, changes them, sums them up."""
    xs = draw.word('items', 'data', 'xs', 'values', 'mix')
    kind = draw.pick('kind', [*NUMERIC, *TEXTUAL])
    changes, uses = (NUMERIC_CHANGES, OF_NUMBERS) if kind in NUMERIC else (TEXTUAL_CHANGES, OF_TEXTS)
    changed, use = draw.pick('change', changes), draw.pick('use', [*uses, *OF_BOTH])
    what, test, value = {**NUMERIC, **TEXTUAL}[kind]
    adjective, change = changes[changed]
    doc, lines, returns = {**uses, **OF_BOTH}[use]
    fill = {'{value}': change.replace('{v}', value), '{test}': test, '{xs}': xs, '{what}': adjective + what}
    return Sketch(
        names=(f'{use}_{kind}', f'{name_of(changed)}_{kind}', f'{use}_mixed', 'collect', 'solve'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=filled(doc, fill),
        body=tuple(filled(line, fill) for line in lines),
        inputs=lambda rng: ([some_element(rng) for _ in range(rng.randint(3, 6))],),
        edges=(([],), ([None],), ([0, ''] if kind == 'numbers' else [4, 'a'],)),
    )


def some_element(rng):
    """A number, a text of digits, a word or None."""
    return rng.choice((rng.randint(-3, 12), rng.randint(0, 9), str(rng.randint(0, 20)), rng.choice(('ab', 'cat', 'Q', 'x7', 'on')), None))
