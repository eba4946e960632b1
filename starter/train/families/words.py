"""Words: of a text, or in a list."""

from families.number_words import name_of, one_of
from sketch import TEXT_EDGES, TEXT_NAMES, WORD_LIST_EDGES, WORD_LIST_NAMES, Sketch, some_text, some_words

# key: (phrase after "words", condition on w, and another one that the phrase allows too); {k} and {l} are constants.
SELECTIONS = {
    'long': ('longer than {k} characters', 'len(w) > {k}'),
    'short': ('shorter than {k} characters', 'len(w) < {k}'),
    'exact': ('of length {k}', 'len(w) == {k}'),
    'start': ('that start with "{l}"', 'w.startswith("{l}")', 'w.lower().startswith("{l}")'),
    'end': ('that end with "{l}"', 'w.endswith("{l}")', 'w.lower().endswith("{l}")'),
    'contain': ('that contain "{l}"', '"{l}" in w', '"{l}" in w.lower()'),
    'lower': ('in lower case', 'w.islower()'),
    'number': ('that are numbers', 'w.isdigit()'),
    'palindrome': ('that read the same backwards', 'w == w[::-1]', 'w.lower() == w[::-1].lower()'),
}
# key: (sentence with {what} and {source}, body with {words}, return type)
USES = {
    'list': ('Return the words {what} in {source}.', ('return [w for w in {words} if {test}]',), 'list'),
    'count': ('Count the words {what} in {source}.', ('return sum(1 for w in {words} if {test})',), 'int'),
    'joined': ('Join the words {what} in {source} with "{r}".', ('return "{r}".join(w for w in {words} if {test})',), 'str'),
    'lengths': ('Return the lengths of the words {what} in {source}.', ('return [len(w) for w in {words} if {test}]',), 'list'),
    'first': ('Return the first of the words {what} in {source}, or None.',
              ('for w in {words}:', '    if {test}:', '        return w', 'return None'), 'str'),
    'longest': ('Return the longest of the words {what} in {source}, or an empty string.',
                ('return max((w for w in {words} if {test}), key=len, default="")',), 'str'),
    'upper': ('Write the words {what} in {source} in upper case and keep the others.',
              ('changed = [w.upper() if {test} else w for w in {words}]', 'return " ".join(changed)'), 'str'),
    'reverse': ('Reverse each of the words {what} in {source} and keep the others.',
                ('changed = [w[::-1] if {test} else w for w in {words}]', 'return " ".join(changed)'), 'str'),
    'remove': ('Return {source} as a text without the words {what}.',
               ('kept = [w for w in {words} if not {test}]', 'return " ".join(kept)'), 'str'),
    'table': ('Return a dict from each of the words {what} in {source} to its length.',
              ('return {{w: len(w) for w in {words} if {test}}}',), 'dict'),
    'initials': ('Return the first letters of the words {what} in {source} as one text.',
                 ('return "".join(w[:1] for w in {words} if {test})',), 'str'),
    'sorted': ('Return the words {what} in {source}, sorted.', ('return sorted(w for w in {words} if {test})',), 'list'),
}


def words(draw):
    """A selection of words and what is done with it."""
    is_text = draw.pick('source', ('list', 'text')) == 'text'
    source = draw.word(*(TEXT_NAMES if is_text else WORD_LIST_NAMES))
    selection, use = draw.pick('selection', SELECTIONS), draw.pick('use', USES)
    constant, letter, joint = str(draw.number(2, 5)), draw.letter(), draw.letter(',-+/')
    what, *tests = (text.replace('{k}', constant).replace('{l}', letter) for text in SELECTIONS[selection])
    test = one_of(draw, tests)
    doc, lines, returns = USES[use]
    test = f'({test})' if use == 'remove' and ' ' in test else test
    listed = f'{source}.split()' if is_text else source
    return Sketch(
        names=(f'{use}_{name_of(selection)}', f'{selection}_words', f'{use}_words', 'solve', 'select'),
        parameters=((source, 'str' if is_text else 'list'),),
        returns=returns,
        doc=doc.format(what=what, source=source, r=joint),
        body=tuple(line.format(words=listed, test=test, r=joint) for line in lines),
        inputs=(lambda rng: (some_text(rng),)) if is_text else (lambda rng: (some_words(rng),)),
        edges=TEXT_EDGES if is_text else WORD_LIST_EDGES,
    )
