"""What a sentence may leave unsaid whatever the function does: the result where nothing is found, order, repeats, where counting starts.

Real tasks are like that: the sentence allows several programs, and the examples tell which one is meant.
"""

import re
from dataclasses import replace

SILENT_SHARE = 0.6  # of the sentences that name what is returned where nothing is found do not name it
FALLBACK = re.compile(r',? or (0|None|-1|an empty string|an empty text)( if there are none| if none is left)?(?=[.,])| \(or 0\)')
LITERAL = r'(0|None|-1|"")'
# What a program returns where nothing is found, in the forms that families write.
FALLBACK_CODE = re.compile(rf'(?<=, default=){LITERAL}(?=\)$)|(?<= else ){LITERAL}$|(?<=^return ){LITERAL}$|(?<=^    return ){LITERAL}$')
FALLBACKS = ('0', 'None', '-1', '""')
# Sentences of which no order follows, and none about repeats.
FREE_ORDER = re.compile(r'^(Return (a list of )?the |Collect the |Return \w+ without )')
ORDERED = re.compile(r'order|sort|first|last|revers|each|position|distance|running|part of|places|once|different|then|stack')
SIMPLE_LIST = re.compile(r'return (\[.*\]|\w+)')
POSITIONS = re.compile(r'(\bi, \w+ in enumerate\(\w+(?:\.split\(\))?)\)')
COUNT = re.compile(r'return sum\(1 for (\w+) in (.*)\)')
SUM = re.compile(r'return sum\((.* for .*)\)')
JOINT = re.compile(r' with (commas|dashes|"[^"]*")(?=\.)')
JOINT_CODE = re.compile(r'"[^"]*"(?=\.join\()')
JOINTS = ('","', '"-"', '" "', '""')
DIRECTION = re.compile(r' (in (a|de)scending order|from smallest to largest)')
DESCENDING = ', reverse=True'
SORTED = re.compile(r'sorted\((?!.* for )')
TEXT_LEFT = re.compile(r'^(Remove|Keep only) ')


def conventional(sketch, draw):
    """The sketch with one thing left unsaid, where its sentence and its body allow that."""
    for convention in (fallback, joints, direction, averages, order, positions, repeats, spaces):
        changed = convention(sketch, draw)
        if changed is not None:
            return changed
    return sketch


def fallback(sketch, draw):
    found = FALLBACK.search(sketch.doc)
    places = [(index, FALLBACK_CODE.search(line)) for index, line in enumerate(sketch.body) if FALLBACK_CODE.search(line)]
    if found is None or not places or not draw.chance(SILENT_SHARE):
        return None
    index, match = places[-1]
    line, own = sketch.body[index], match.group()
    start, end = match.span()
    others = [f'{line[:start]}{value}{line[end:]}' for value in FALLBACKS if value != own and (value != '""' or sketch.returns == 'str')]
    if ', default=' in line:
        others.append(line[:start - len(', default=')] + line[end:])
    elif line.endswith(f' else {own}'):
        others.append(line[:line.rindex(' if ')])
    doc = sketch.doc[:found.start()] + sketch.doc[found.end():]
    return with_line(replace(sketch, doc=doc), index, draw.unsaid(line, *others))


def joints(sketch, draw):
    found, match = JOINT.search(sketch.doc), JOINT_CODE.search(sketch.body[-1])
    if found is None or match is None or not draw.chance(SILENT_SHARE):
        return None
    line, own = sketch.body[-1], match.group()
    others = [f'{line[:match.start()]}{joint}{line[match.end():]}' for joint in JOINTS if joint != own]
    doc = sketch.doc[:found.start()] + sketch.doc[found.end():]
    return with_line(replace(sketch, doc=doc), -1, draw.unsaid(line, *others))


def direction(sketch, draw):
    found, line = DIRECTION.search(sketch.doc), sketch.body[-1]
    if found is None or SORTED.search(line) is None or not draw.chance(SILENT_SHARE):
        return None
    other = line.replace(DESCENDING, '') if DESCENDING in line else with_argument(line, line.index('sorted(') + len('sorted'), DESCENDING)
    doc = sketch.doc[:found.start()] + sketch.doc[found.end():]
    return with_line(replace(sketch, doc=doc), -1, draw.unsaid(line, other)) if other != line else None


def averages(sketch, draw):
    line = sketch.body[-1]
    if ' / len(' not in line or 'average' not in sketch.doc:
        return None
    return with_line(sketch, -1, draw.unsaid(line, line.replace(' / len(', ' // len(')))


def order(sketch, draw):
    match = SIMPLE_LIST.fullmatch(sketch.body[-1])
    is_free = FREE_ORDER.search(sketch.doc) and not ORDERED.search(sketch.doc)
    if sketch.returns != 'list' or match is None or not is_free or returns_of(sketch) > 1:
        return None
    values = match.group(1)
    return with_line(sketch, -1, draw.unsaid(
        f'return {values}', f'return sorted({values})', f'return list(dict.fromkeys({values}))', f'return {values}[::-1]'))


def positions(sketch, draw):
    body = '\n'.join(sketch.body)
    if len(POSITIONS.findall(body)) != 1 or 'osition' not in sketch.doc or re.search(r'\[i\b|\bi [%-]', body):
        return None
    from_one = POSITIONS.sub(r'\1, 1)', body)
    return replace(sketch, body=tuple(draw.unsaid(body, from_one).split('\n')))


def repeats(sketch, draw):
    counted, added = COUNT.fullmatch(sketch.body[-1]), SUM.fullmatch(sketch.body[-1])
    if counted is not None and sketch.doc.startswith('Count the '):
        return with_line(sketch, -1, draw.unsaid(counted.group(), f'return len({{{counted[1]} for {counted[1]} in {counted[2]}}})'))
    if added is not None and sketch.doc.startswith('Add up the '):
        return with_line(sketch, -1, draw.unsaid(added.group(), f'return sum({{{added[1]}}})'))
    return None


def spaces(sketch, draw):
    line = sketch.body[-1]
    if not TEXT_LEFT.search(sketch.doc) or sketch.returns != 'str' or not line.endswith(')'):
        return None
    return with_line(sketch, -1, draw.unsaid(line, f'{line}.strip()', f'{line}.lower()'))


def with_line(sketch, index, line):
    body = list(sketch.body)
    body[index] = line
    return replace(sketch, body=tuple(body))


def with_argument(line, opening, argument):
    """The line with one more argument in the call whose bracket opens there."""
    depth = 0
    for index in range(opening, len(line)):
        depth += {'(': 1, ')': -1}.get(line[index], 0)
        if depth == 0:
            return line[:index] + argument + line[index:]
    raise ValueError(f'expected a closing bracket in {line!r}')


def returns_of(sketch):
    return sum('return ' in line for line in sketch.body)
