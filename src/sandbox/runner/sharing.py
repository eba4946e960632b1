"""What judge and candidate share: containers that can change, of which each side has one of its own under the same number.

Every message brings the other side up to date. It says which shared containers have another content than both sides knew, which
new ones get a number, and which the sender holds no more, so that they are shared no longer. A container stays shared only
while both sides hold it, which the interpreter's own count of references tells: in most runs that is none.
"""

import gc
import sys

import container_walk
import containers
import plain_values
import shared_container
import wire

MOST_BEFORE_COLLECTING = 100
# News, changes, what is forgotten and what is parked.
NOTHING_NEW = ((), (), (), ())


class Sharing:
    """One side's part. `first` is 0 for the judge and 1 for the candidate, whose numbers differ by that.

    The judge's frames hold what a test gives for as long as the call lasts, so there references say nothing of what is new: all of
    it gets a number.
    """

    def __init__(self, first, keeper, restore, before_changes=lambda: None):
        self.first = self.next = first
        self.keeper, self.restore = keeper, restore
        # Called before anything of this side is changed by the other.
        self.before_changes = before_changes
        self.shared, self.numbers = {}, {}
        self.most = MOST_BEFORE_COLLECTING
        # Whether the last message names something by its number only.
        self.has_known = False

    def packed(self, head, box, printed=None):
        """The body for a message: what it says first (and what was printed), the one value in a box, and what is new of what is shared.

        Nothing but the box holds the value, where references count.
        """
        if not self.shared and self.is_plain(box[0]):
            self.has_known = False
            return wire.encoded((*full(head, printed), (), box[0], *NOTHING_NEW), False)
        walk = container_walk.Walk({id(shared.container) for shared in self.shared.values() if shared.is_large})
        walk.into(box)
        news, changes, forgotten, parked = [], [], [], []
        if self.shared:
            if self.first == 1:
                self.collect()
            changes = self.changes(walk)
            self.look_through(walk)
        if walk.found:
            held = walk.held()
            forgotten, parked = self.let_go(held)
            news = self.news(walk, held)
        message = (box[0], news, changes)
        self.has_known = bool(self.shared) and not walk.found.keys().isdisjoint(self.numbers)
        if walk.is_plain and not self.has_known:
            body = wire.encoded((*full(head, printed), (), *message, forgotten, parked), False)
        else:
            fills, *message = self.simplified(message)
            # Only now, as an object may print when it is asked for its text.
            body = wire.encoded((*full(head, printed), fills, *message, forgotten, parked), True)
        for number, container in news:
            self.add(number, container)
        for number in forgotten:
            self.forget(number)
        return body

    def is_plain(self, value):
        """Whether a value is plain data of which nothing is shared, as far as that shows at once."""
        kind = type(value)
        if kind in plain_values.SCALARS:
            return True
        if self.first == 0:
            # The arguments of a call.
            return kind is tuple and len(value) == 2 and not value[1] and plain_values.is_leaf(value[0])
        is_flat = (kind is list or kind is tuple) and plain_values.is_leaf(value)
        return is_flat and (kind is tuple or sys.getrefcount(value) == UNHELD)

    def simplified(self, message):
        """The parts of a message as plain data and marks."""
        simplifier = plain_values.Simplifier(self.numbers, containers, self.keeper)
        value, news, changes = message
        value = simplifier.plain(value)
        news = [(number, simplifier.plain(container)) for number, container in news]
        changes = [(number, start, stop, simplifier.items(items)) for number, start, stop, items in changes]
        return simplifier.fills, value, news, changes

    def changes(self, walk):
        """What the other side has to be told: (number, start, stop, items) of each shared container that changed."""
        for id_ in walk.found.keys() & self.numbers.keys():
            self.shared[self.numbers[id_]].is_parked = False
        changes = []
        for number, shared in self.shared.items():
            if not shared.is_parked:
                changes += [(number, *change) for change in shared.changes()]
        for number, _start, _stop, items in changes:
            # Where it is the whole content let_go() looks through it.
            if type(items) is list and items is not self.shared[number].content:
                walk.into(items)
        return changes

    def look_through(self, walk):
        """Adds to a walk what is shared, with the references to it from here."""
        for shared in self.shared.values():
            walk.look(shared.container, type(shared.container))
            walk.inner[id(shared.container)] += 1
            if not shared.is_flat:
                walk.into(shared.content)

    def let_go(self, held):
        """Numbers of what this side holds no more; of those that it still keeps, as they are large, apart."""
        gone = [number for number, shared in self.shared.items() if id(shared.container) not in held]
        if self.first == 0:
            return gone, []
        parked = [number for number in gone if self.shared[number].is_large]
        for number in parked:
            self.shared[number].is_parked = True
        return [number for number in gone if not self.shared[number].is_large], parked

    def news(self, walk, held):
        """(number, container) of what was not shared before, and this side holds."""
        held = held if self.first == 1 else walk.found
        news = []
        for id_, item in walk.found.items():
            if id_ in held and id_ not in self.numbers and containers.kind_of(item) is not None:
                news.append((self.next, item))
                self.next += 2
        return news

    def add(self, number, container):
        self.shared[number] = shared_container.Shared(container, containers.kind_of(container))
        self.numbers[id(container)] = number

    def forget(self, number):
        shared = self.shared.pop(number, None)
        if shared is not None:
            del self.numbers[id(shared.container)]

    def unpacked(self, body, decoded):
        """The head of a message and its value, with everything that is shared brought up to date; decoded reads the body."""
        reading = Reading(self)
        *head, fills, value, news, changes, forgotten, parked = decoded(body, reading.restore)
        if not (fills or news or changes or forgotten or parked):
            return head, value
        for place, content in enumerate(fills):
            reading.fill(place, content)
        for number, container in news:
            self.check_new(number, container)
            self.add(number, container)
        if changes:
            self.before_changes()
        for number, start, stop, items in changes:
            self.shared[number].apply(start, stop, items)
        for number in parked:
            self.shared[number].is_parked = True
        for number in forgotten:
            self.forget(number)
        return head, value

    def check_new(self, number, container):
        if type(number) is not int or number % 2 == self.first or number in self.shared or id(container) in self.numbers:
            raise wire.BadFrame("a new container of the wrong form")
        if type(container) not in containers.EXACT and containers.kind_of(container) is not containers.ARRAY:
            raise wire.BadFrame("a new container of no kind")

    def collect(self):
        """Frees what only circles of references hold, once there is much that seems to be held."""
        if len(self.shared) > self.most:
            gc.collect()
            self.most = 2 * max(len(self.shared), MOST_BEFORE_COLLECTING)


def unheld():
    """How many references is_plain() counts of a value that only its box holds."""
    counts = []

    class Counting(Sharing):
        def is_plain(self, value):
            counts.append(sys.getrefcount(value))
            return True

    Counting(1, None, None).packed((), [[]])
    return counts[0]


def full(head, printed):
    return head if printed is None else (*head, printed())


class Reading:
    """What the marks of one message stand for."""

    def __init__(self, sharing, restore=None):
        self.sharing, self.others = sharing, restore or sharing.restore
        self.made = {}

    def restore(self, kind, *parts):
        if kind == "known":
            shared = self.sharing.shared[parts[0]]
            shared.is_parked = False
            return shared.container
        if kind == "made":
            place, name, form = parts
            if place not in self.made:
                self.made[place] = containers.made(name, form)
            return self.made[place]
        if kind == "value":
            return plain_values.value_from(*parts)
        return self.others(kind, *parts)

    def fill(self, place, content):
        container = self.made.get(place)
        kind = containers.kind_of(container)
        if kind is None or not containers.is_content(kind, content):
            raise wire.BadFrame("a content of the wrong form")
        kind.put(container, content)


UNHELD = unheld()
