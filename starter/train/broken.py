"""Broken variants of a reference, each with one mistake that small models make."""

import re

from task import task_of

OPERATORS = (
    (' > ', ' < '), (' < ', ' > '), (' >= ', ' > '), (' <= ', ' < '), (' > ', ' >= '), (' < ', ' <= '), (' == ', ' != '),
    (' != ', ' == '), (' + ', ' - '), (' - ', ' + '), (' * ', ' + '), (' // ', ' / '), (' % ', ' // '), (' ** ', ' * '),
    (' and ', ' or '), (' not in ', ' in '), (' in "', ' not in "'), (' += ', ' = '), (' += ', ' -= '), (' if not ', ' if '),
)
FUNCTIONS = (
    ('max(', 'min('), ('min(', 'max('), ('sum(', 'len('), ('len(', 'sum('), ('all(', 'any('), ('any(', 'all('), ('abs(', '('),
    ('str(', '('), ('int(', '('), ('sorted(', 'list('), ('list(', 'sorted('), ('set(', 'list('), (', reverse=True', ''),
    (', default=0', ''), (', default=None', ''), ('[::-1]', ''), ('[::2]', '[1::2]'), ('[-1]', '[0]'), ('[0]', '[1]'),
    ('x[-1:]', 'x[-1]'), ('.upper()', '.lower()'), ('.lower()', ''), ('.split()', ''), ('.items()', ''), ('.values()', ''),
    ('enumerate(', '('), ('"".join', '" ".join'), ('" ".join', '"".join'), ('math.lcm', 'math.gcd'), ('math.gcd', 'math.lcm'),
)
PLACES = (
    (' - 1)', ')'), ('range(1, ', 'range('), ('[i + 1]', '[i]'), ('[i]', '[i + 1]'), ('[i]', '[j]'), ('[j]', '[i]'), ('[0]', ''),
    ('r[1]', 'r[2]'), ('r[0]', 'r[1]'), ('r["', 'r.["'), ('stack.pop()', 'stack[0]'), (' if stack else None', ''), (' and stack', ''),
    (' if kept else None', ''), ('i += 1', 'j += 1'), ('str(x)', 'x'), ('isinstance(x, int)', 'x is not None'),
    ('isinstance(x, str) and ', ''), (' is not None', ''), ('.get(key, 0)', '[key]'), (' % len(', ' - len('), ('0 <= ', ''),
)
METHODS = (
    ('.append(', '.add('), ('.add(', '.append('), ('.items()', '.entries()'), ('.isdigit()', '.is_digit()'), ('.isupper()', '.is_upper()'),
    ('.islower()', '.is_lower()'), ('.isalpha()', '.is_alpha()'), ('.startswith(', '.starts_with('), ('.endswith(', '.ends_with('),
    ('.values()', '.vals()'), ('.upper()', '.uppercase()'), ('.lower()', '.lowercase()'), ('.split()', '.words()'),
    ('.setdefault(', '.set_default('), ('.get(', '.find('), ('.join(', '.concat('), ('.group()', '.text()'), ('.start()', '.begin()'),
    ('math.isqrt', 'math.sqroot'), ('math.prod', 'math.product'), ('.most_common(', '.top('), ('.rotate(', '.turn('),
    ('re.finditer', 're.find_all'), ('re.sub', 're.replace'), ('re.search', 're.find'), ('len(', 'length('), ('sum(', 'total('),
    ('max(', 'maximum('), ('sorted(', 'sort('), ('str(', 'string('), ('enumerate(', 'enum('), ('.pop()', '.take()'),
    ('.count(', '.occurrences('),
)


def missing_import(task, rng):
    return task.reference.split('\n\n', 1)[1] if task.sketch.imports else None


def missing_helper(task, rng):
    return task.reference.split('\n\n', 1)[1] if task.sketch.helpers and not task.sketch.imports else None


def undefined_name(task, rng):
    own = {name for name, _ in task.sketch.parameters} | locals_of(task)
    return changed_match(task, rng, rf'(?<![\w.\'"])(?:{"|".join(sorted(own))})(?![\w"\'=(])', lambda name: rng.choice(
        [f'{name}s', name[:-1] or 'y', 'result', 'total', 'lst', 'value']))


def missing_colon(task, rng):
    return changed_match(task, rng, r':\n', lambda _: '\n', whole=True)


def missing_bracket(task, rng):
    return changed_match(task, rng, r'[()\[\]{}]', lambda _: '')


def missing_quote(task, rng):
    return changed_match(task, rng, r'"', lambda _: '')


def wrong_indentation(task, rng):
    return changed_match(task, rng, r'\n {4,}', lambda space: space[: -rng.choice((1, 4))], whole=True)


def off_by_one(task, rng):
    return changed_match(task, rng, r'(?<![\w."\\{])\d+(?!\w)', lambda text: str(max(0, int(text) + rng.choice((-1, 1)))))


def missing_one(task, rng):
    return changed_match(task, rng, r' [+-] 1\b|\[1:\]', lambda _: '')


def wrong_constant(task, rng):
    return changed_match(task, rng, r'(?<![\w."\\{])\d+(?!\w)|(?<=")\w(?=")', lambda text: (
        str(rng.randint(0, 12)) if text.isdigit() else rng.choice('abcdeiors')))


def wrong_operator(task, rng):
    return swapped(task, rng, OPERATORS)


def wrong_function(task, rng):
    return swapped(task, rng, FUNCTIONS)


def wrong_place(task, rng):
    return swapped(task, rng, PLACES)


def wrong_method(task, rng):
    return swapped(task, rng, METHODS)


def missing_return(task, rng):
    return changed_match(task, rng, r'return (?=\S)', lambda _: rng.choice(('', 'result = ')))


def missing_line(task, rng):
    lines = task.reference.rstrip('\n').split('\n')
    body = range(len(lines) - len(task.sketch.body), len(lines))
    chosen = rng.choice(list(body))
    return '\n'.join(lines[:chosen] + lines[chosen + 1:]) + '\n' if len(body) > 1 else None


def other_meaning(task, rng):
    """The program of another meaning of the same family, under this task's names."""
    other = task_of(task.family, rng.getrandbits(48), task.seed)
    if other is None or len(other.sketch.parameters) != len(task.sketch.parameters):
        return None
    names = {other.entry_point: task.entry_point}
    names.update(zip((name for name, _ in other.sketch.parameters), (name for name, _ in task.sketch.parameters)))
    return re.sub(r'\w+', lambda word: names.get(word.group(), word.group()), other.reference)


def other_choice(task, rng):
    """A program that the sentence allows and an example rules out."""
    return rng.choice(task.others) if task.others else None


# name: (function, how often it is drawn)
MISTAKES = {
    'missing-import': (missing_import, 12), 'missing-helper': (missing_helper, 6), 'undefined-name': (undefined_name, 3),
    'missing-colon': (missing_colon, 1), 'missing-bracket': (missing_bracket, 2), 'missing-quote': (missing_quote, 1),
    'wrong-indentation': (wrong_indentation, 1), 'off-by-one': (off_by_one, 2), 'missing-one': (missing_one, 1),
    'wrong-constant': (wrong_constant, 3), 'wrong-operator': (wrong_operator, 5), 'wrong-function': (wrong_function, 5),
    'wrong-place': (wrong_place, 4), 'wrong-method': (wrong_method, 3),
    'missing-return': (missing_return, 1), 'missing-line': (missing_line, 1), 'other-meaning': (other_meaning, 7),
    'other-choice': (other_choice, 60),
}


def broken_variant(task, rng):
    """(mistake, program), the program unlike the reference; whether a test sees the difference is for the sandbox to say."""
    names = list(MISTAKES)
    while True:
        mistake = rng.choices(names, [MISTAKES[name][1] for name in names])[0]
        code = MISTAKES[mistake][0](task, rng)
        if code is not None and code.strip() and code != task.reference:
            return mistake, code


def body_of(task):
    """The last lines of the program: the function's body."""
    return '\n'.join(task.reference.rstrip('\n').split('\n')[-len(task.sketch.body):])


def locals_of(task):
    """Names that the body binds."""
    found = re.findall(r'\bfor (\w+)(?:, (\w+))? in|^\s+(\w+) = ', body_of(task), re.MULTILINE)
    return {name for names in found for name in names if name}


def changed_match(task, rng, pattern, change, whole=False):
    """The program with one match of the pattern changed: in the body, or in the whole of it."""
    start = 0 if whole else len(task.reference.rstrip('\n')) - len(body_of(task))
    matches = list(re.compile(pattern).finditer(task.reference, start))
    if not matches:
        return None
    match = rng.choice(matches)
    return task.reference[:match.start()] + change(match.group()) + task.reference[match.end():]


def swapped(task, rng, pairs):
    """The program with one text of the pairs changed for its partner, once."""
    possible = [pair for pair in pairs if pair[0] in body_of(task)]
    if not possible:
        return None
    right, wrong = rng.choice(possible)
    return changed_match(task, rng, re.escape(right), lambda _: wrong)
