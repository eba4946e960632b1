"""Seeded choices that remember which of them give a task its meaning."""

from random import Random


class Draw:
    """Two streams: `meaning` chooses what a function does, `surface` how it is worded and named."""

    def __init__(self, meaning, surface):
        self._meaning = meaning
        self._surface = surface
        self.axes = []

    def pick(self, axis, options):
        """A key of `options` that belongs to the meaning; recorded as part of the composition."""
        key = self._meaning.choice(sorted(options))
        self.axes.append(f'{axis}={key}')
        return key

    def number(self, low, high):
        """A constant of the task (both ends included); no part of the composition."""
        return self._meaning.randint(low, high)

    def letter(self, letters='abcdeiors'):
        """A letter that is a constant of the task."""
        return self._meaning.choice(letters)

    def word(self, *options):
        """One of several wordings or names for the same thing."""
        return self._surface.choice(options)

    def chance(self, share):
        """True in that share of the surfaces."""
        return self._surface.random() < share


def draw_of(meaning_seed, surface_seed):
    """A Draw whose two streams depend on nothing but the two seeds."""
    return Draw(Random(f'meaning {meaning_seed}'), Random(f'surface {surface_seed}'))
