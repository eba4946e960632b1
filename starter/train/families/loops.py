"""Loops that carry a state from one number to the next."""

from families.helpers import TESTS, some_positive
from families.number_words import condition, name_of
from sketch import LIST_NAMES, NUMBER_LIST_EDGES, Sketch, some_numbers

# key: (sentence with {plural}, {singular}, {xs}; return type; body with {test} of x)
LOOPS = {
    'longest-run': ('Return the length of the longest run of {plural} in {xs}.', 'int',
                    ('best = run = 0', 'for x in {xs}:', '    run = run + 1 if {test} else 0', '    best = max(best, run)',
                     'return best')),
    'runs': ('Count the runs of {plural} in {xs}.', 'int',
             ('count = 0', 'inside = False', 'for x in {xs}:', '    if {test} and not inside:', '        count += 1',
              '    inside = {test}', 'return count')),
    'until': ('Add up {xs} until {singular} comes, which is left out.', 'int',
              ('total = 0', 'for x in {xs}:', '    if {test}:', '        break', '    total += x', 'return total')),
    'from': ('Return the part of {xs} that starts with the first of the {plural}.', 'list',
             ('for i, x in enumerate({xs}):', '    if {test}:', '        return {xs}[i:]', 'return []')),
    'plus-minus': ('Add the {plural} of {xs} and subtract the others.', 'int',
                   ('total = 0', 'for x in {xs}:', '    if {test}:', '        total += x', '    else:', '        total -= x',
                    'return total')),
    'reset': ('Return the largest running total of {xs}, where {singular} sets the total back to 0.', 'int',
              ('best = total = 0', 'for x in {xs}:', '    if {test}:', '        total = 0', '    else:', '        total += x',
               '    best = max(best, total)', 'return best')),
    'toggle': ('Add up the numbers of {xs} while the switch is on; {singular} flips it and does not count. It starts on.',
               'int',
               ('total = 0', 'on = True', 'for x in {xs}:', '    if {test}:', '        on = not on', '    elif on:',
                '        total += x', 'return total')),
    'gaps': ('Return the distances between the positions of neighbouring {plural} in {xs}.', 'list',
             ('gaps = []', 'last = None', 'for i, x in enumerate({xs}):', '    if {test}:', '        if last is not None:',
              '            gaps.append(i - last)', '        last = i', 'return gaps')),
    'second': ('Return the second of the {plural} in {xs}, or None.', 'int',
               ('count = 0', 'for x in {xs}:', '    if {test}:', '        count += 1', '        if count == 2:',
                '            return x', 'return None')),
    'split': ('Cut {xs} into lists at the {plural}, which are left out.', 'list',
              ('parts = [[]]', 'for x in {xs}:', '    if {test}:', '        parts.append([])', '    else:',
               '        parts[-1].append(x)', 'return parts')),
    'rising': ('Count the {plural} in {xs} that are greater than the number before them.', 'int',
               ('count = 0', 'for before, x in zip({xs}, {xs}[1:]):', '    if {test} and x > before:', '        count += 1',
                'return count')),
    'marks': ('Return the running count of {plural} in {xs}, one entry for each number.', 'list',
              ('count = 0', 'counts = []', 'for x in {xs}:', '    if {test}:', '        count += 1',
               '    counts.append(count)', 'return counts')),
}


def loop(draw):
    """One loop with one condition."""
    key, plural, singular, test = condition(draw)
    return sketch_of(draw, key, (plural, singular, test.replace('{x}', 'x')))


def loop_with_helper(draw):
    """One loop whose condition is a helper function."""
    key = draw.pick('helper', TESTS)
    plural, lines = TESTS[key]
    own = draw.word(f'is_{name_of(key)}', 'helper', 'check')
    singular = 'a ' + plural.replace('numbers', 'number').replace('powers', 'power')
    return sketch_of(draw, key, (plural, singular, f'{own}(x)'), tuple(line.replace('{h}', own) for line in lines))


def sketch_of(draw, key, condition, helpers=()):
    """A loop over a list; with helpers only over positive numbers."""
    plural, singular, test = condition
    xs = draw.word(*LIST_NAMES)
    kind = draw.pick('loop', LOOPS)
    doc, returns, lines = LOOPS[kind]
    return Sketch(
        names=(f'{name_of(kind)}_{name_of(key)}', f'scan_{name_of(kind)}', 'scan', 'solve', 'walk'),
        parameters=((xs, 'list'),),
        returns=returns,
        doc=doc.format(plural=plural, singular=singular, xs=xs),
        body=tuple(line.replace('{xs}', xs).replace('{test}', test) for line in lines),
        helpers=helpers,
        inputs=lambda rng: (some_positive(rng) if helpers else some_numbers(rng, -6, 14, 4, 8),),
        edges=(([],), ([1],), ([10, 1],)) if helpers else NUMBER_LIST_EDGES,
    )
