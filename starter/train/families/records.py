"""Lists of records, each with a text and a number: tuples or dictionaries."""

from families.number_words import condition, name_of
from sketch import Sketch, filled

# (name of the list, field of the text, field of the number)
SCHEMAS = (('people', 'name', 'age'), ('goods', 'item', 'price'), ('rows', 'key', 'value'), ('games', 'team', 'score'))
TEXTS = ('Al', 'Bo', 'cy', 'Di')
# key: (sentence with {t}, {v}, {rows} and {plural}, body with {T} and {V} of r, and {test}, return type)
USES = {
    'names': ('Return the {t} of each record in {rows} whose {v} is {one}.', ('return [{T} for r in {rows} if {test}]',), 'list'),
    'sum': ('Add up each {v} in {rows} that is {one}.', ('total = 0', 'for r in {rows}:', '    if {test}:', '        total += {V}',
                                                       'return total'), 'int'),
    'sorted': ('Return the {t} of each record in {rows} whose {v} is {one}, sorted by {v}.',
               ('kept = [r for r in {rows} if {test}]', 'kept.sort(key=lambda r: {V})', 'return [{T} for r in kept]'), 'list'),
    'best': ('Return the {t} with the largest {v} in {rows} that is {one}, or None.',
             ('kept = [r for r in {rows} if {test}]', 'if not kept:', '    return None', 'r = max(kept, key=lambda r: {V})', 'return {T}'),
             'str'),
    'groups': ('Map each {t} in {rows} to the list of its {v} entries that are {one}.',
               ('groups = {}', 'for r in {rows}:', '    if {test}:', '        groups.setdefault({T}, []).append({V})', 'return groups'),
               'dict'),
    'totals': ('Map each {t} in {rows} to the sum of its {v} entries that are {one}.',
               ('totals = {}', 'for r in {rows}:', '    if {test}:', '        totals[{T}] = totals.get({T}, 0) + {V}', 'return totals'),
               'dict'),
    'highest': ('Map each {t} in {rows} to the largest of its {v} entries that are {one}.',
                ('best = {}', 'for r in {rows}:', '    if {test} and ({T} not in best or {V} > best[{T}]):', '        best[{T}] = {V}',
                 'return best'), 'dict'),
    'average': ('Return the average {v} in {rows} over those that are {one}, or 0.',
                ('kept = [{V} for r in {rows} if {test}]', 'return sum(kept) / len(kept) if kept else 0'), 'float'),
    'joined': ('Write each record of {rows} whose {v} is {one} as {t}:{v} and join them with commas.',
               ('return ",".join({T} + ":" + str({V}) for r in {rows} if {test})',), 'str'),
    'several': ('Return, sorted, each {t} that has at least two {v} entries in {rows} that are {one}.',
                ('counts = {}', 'for r in {rows}:', '    if {test}:', '        counts[{T}] = counts.get({T}, 0) + 1',
                 'return sorted(t for t in counts if counts[t] > 1)'), 'list'),
    'pairs': ('Return ({v}, {t}) pairs of {rows} where {v} is {one}, in ascending order.',
              ('return sorted(({V}, {T}) for r in {rows} if {test})',), 'list'),
}
AMONG = ('even', 'odd', 'positive', 'greater', 'less', 'at-least', 'at-most', 'multiple', 'no-multiple')


def records(draw):
    """Filters, sorts or groups records by a field."""
    rows, text, number = draw.word(*SCHEMAS)
    rows = draw.word(rows, 'records')
    shape, use = draw.pick('shape', ('dict', 'tuple')), draw.pick('use', USES)
    key, _, singular, test = condition(draw, among=AMONG)
    text_of, number_of = (f'r["{text}"]', f'r["{number}"]') if shape == 'dict' else ('r[0]', 'r[1]')
    doc, lines, returns = USES[use]
    form = f'{{"{text}", "{number}"}} dicts' if shape == 'dict' else f'({text}, {number}) tuples'
    fill = {'{test}': test.replace('{x}', number_of), '{T}': text_of, '{V}': number_of, '{rows}': rows,
            '{t}': text, '{v}': number, '{one}': singular}

    def some_records(rng):
        drawn = [(rng.choice(TEXTS), rng.randint(0, 15)) for _ in range(rng.randint(2, 3 if shape == 'dict' else 5))]
        return ([{text: one, number: value} if shape == 'dict' else (one, value) for one, value in drawn],)

    return Sketch(
        names=(f'{use}_{name_of(key)}', f'{use}_by_{text}', f'{number}_{use}', 'report', 'solve'),
        parameters=((rows, 'list'),),
        returns=returns,
        doc=f'{filled(doc, fill)} The records are {form}.',
        body=tuple(filled(line, fill) for line in lines),
        inputs=some_records,
        edges=(([],), ([{text: 'Al', number: 6} if shape == 'dict' else ('Al', 6)],)),
    )
