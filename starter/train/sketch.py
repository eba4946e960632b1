"""What a family of tasks draws: a function in parts, before it is worded, tested and numbered."""

from dataclasses import dataclass, field
from typing import Callable


@dataclass(frozen=True)
class Sketch:
    """One function: its names, types, sentence and body, and where the arguments of its tests come from."""

    names: tuple  # of the function; the first ones say what it does
    parameters: tuple  # of (name, type) pairs
    returns: str
    doc: str
    body: tuple  # of lines, without the function's own indentation
    inputs: Callable  # random.Random -> tuple of arguments
    edges: tuple = ()  # tuples of arguments at the edges of what is allowed
    imports: tuple = ()
    helpers: tuple = ()  # of lines above the function
    fields: dict = field(default_factory=dict)


LIST_NAMES = ('nums', 'numbers', 'values', 'xs', 'items', 'data')
TEXT_NAMES = ('s', 'text', 'line', 'phrase')
WORD_LIST_NAMES = ('words', 'names', 'labels')
NUMBER_NAMES = ('n', 'num', 'k', 'number')

WORDS = ('apple Bob cat dog eel Fig go hat Ink jam level moon noon Otto pear radar sun tie up Zoe x7 42 7 stats bee area egg data '
         'river stone cloud idea onion ear').split()


def some_numbers(rng, low=-9, high=20, fewest=3, most=7):
    """A list of whole numbers."""
    return [rng.randint(low, high) for _ in range(rng.randint(fewest, most))]


def some_words(rng, fewest=3, most=5):
    """A list of words, some of them capitalised or digits."""
    return [rng.choice(WORDS) for _ in range(rng.randint(fewest, most))]


def some_text(rng):
    """A line of words, with single spaces."""
    return ' '.join(some_words(rng))


NUMBER_LIST_EDGES = (([],), ([0],), ([-3, -1],))
TEXT_EDGES = (('',), ('a',), ('B 2',))
WORD_LIST_EDGES = (([],), (['a'],), (['Noon', 'b', ''],))


def filled(line, fill):
    """The line with the marks of a table replaced, in the order of the table: a text may hold marks that follow."""
    for mark, text in fill.items():
        line = line.replace(mark, text)
    return line
