"""Finds the containers in values, and who refers to them."""

import collections
import sys

import containers
import plain_values


class Walk:
    """The containers in some values, each once, and who refers to them; is_plain where pickle alone can carry the values."""

    def __init__(self, known=()):
        # Flat containers, by their ids, which need not be looked through.
        self.known = known
        self.found = {}
        self.inner = collections.Counter()
        self.parts = {}
        self.is_plain = True

    def into(self, items, depth=0, parts=None):
        """Looks through items; each that is a container is noted in parts, and has one reference more from what was found."""
        if plain_values.is_leaf(items):
            return
        for item in items:
            kind = type(item)
            if kind not in plain_values.SCALARS and self.look(item, kind, depth):
                self.inner[id(item)] += 1
                if parts is not None:
                    parts.append(id(item))

    def look(self, item, kind, depth=0):
        """Whether an item is a container that counts; goes through one that is new."""
        if id(item) in self.found:
            return True
        if id(item) in self.known:
            self.found[id(item)], self.parts[id(item)] = item, []
            return True
        container = containers.kind_of(item)
        if (container is None and kind is not tuple and kind is not frozenset) or depth == plain_values.DEEPEST_VALUE:
            self.is_plain = False
            return False
        content = item if container is None else container.content(item)
        if container is None and plain_values.is_leaf(content):
            return False
        if container is not None and kind not in (list, dict, set):
            self.is_plain = False
        self.found[id(item)] = item
        parts = self.parts[id(item)] = []
        if type(content) is not bytes:
            self.into(content, depth + 1, parts)
        return True

    def held(self):
        """Which of them something else refers to, or a container that something else refers to, by their ids."""
        waiting = [id(item) for item in self.found.values() if sys.getrefcount(item) - OWN_REFERENCES > self.inner[id(item)]]
        held = set()
        while waiting:
            one = waiting.pop()
            if one not in held:
                held.add(one)
                waiting += self.parts[one]
        return held


def own_references():
    """How many references a container of a Walk has while held() counts them."""
    found = {0: []}
    return [sys.getrefcount(item) for item in found.values()][0]


OWN_REFERENCES = own_references()
