"""Seeded choices that remember which of them give a task its meaning."""

from random import Random

USUAL_SHARE = 0.7  # of what is left unsaid is the usual choice


class Draw:
    """Three streams: `meaning` chooses what a function does, `surface` how it is worded and named, `unsaid` what no word tells.

    `forced` holds, by their place, unsaid choices that are made otherwise than the stream would.
    """

    def __init__(self, meaning_seed, surface_seed, forced=()):
        self._seeds = meaning_seed, surface_seed
        self._meaning, self._surface = Random(f'meaning {meaning_seed}'), Random(f'surface {surface_seed}')
        self._unsaid = Random(f'unsaid {meaning_seed}')
        self._forced = dict(forced)
        self._choices = []  # (chosen, number of options) of what was left unsaid
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

    def unsaid(self, usual, *others):
        """One of several meanings that the sentence allows alike: the examples decide. The first one is the usual."""
        options = (usual, *others)
        is_usual, other = self._unsaid.random() < USUAL_SHARE, 1 + self._unsaid.randrange(len(others))
        chosen = self._forced.get(len(self._choices), 0 if is_usual else other)
        self._choices.append((chosen, len(options)))
        return options[chosen]

    def otherwise(self):
        """The same draw again, once for each unsaid choice that could have been made otherwise."""
        return [Draw(*self._seeds, [(place, option)]) for place, (chosen, count) in enumerate(self._choices)
                for option in range(count) if option != chosen]

    def word(self, *options):
        """One of several wordings or names for the same thing."""
        return self._surface.choice(options)

    def chance(self, share):
        """True in that share of the surfaces."""
        return self._surface.random() < share
