"""A container that judge and candidate share."""

import containers
import plain_values
import same_items
import wire

# A flat list of so many items stays shared, though not compared, after the candidate has let go of it: to send it again is dear.
LARGE = 10_000


class Shared:
    """A container that both sides have, and its content as both knew it last."""

    __slots__ = ("container", "kind", "content", "is_flat", "is_parked")

    def __init__(self, container, kind):
        self.container, self.kind = container, kind
        self.is_parked = False
        self.note(kind.content(container))

    def note(self, content):
        self.content = content
        self.is_flat = type(content) is bytes or plain_values.is_leaf(content)

    @property
    def is_large(self):
        return self.is_flat and type(self.container) is list and len(self.content) >= LARGE

    def changes(self):
        """[(start, stop, items), ...] that make the known content the present one."""
        if self.is_large:
            found = same_items.patches(self.content, self.container)
            for change in found:
                self.patch(*change)
            return found
        before, after = self.content, self.kind.content(self.container)
        if not self.kind.changed(before, after):
            return []
        self.note(after)
        return [(0, None, after)]

    def patch(self, start, stop, items):
        """Notes a change of a part of a list, or of its order."""
        if type(items) is str:
            self.content = same_items.ORDERS[items](self.content)
            return
        self.content[start:stop] = items
        self.is_flat = self.is_flat and plain_values.is_leaf(items)

    def apply(self, start, stop, items):
        """Makes a change of the other side's."""
        if type(items) is str and self.is_large:
            self.patch(start, stop, items)
            list.__setitem__(self.container, slice(None), self.content)
        elif not containers.is_content(self.kind, items):
            raise wire.BadFrame("a change of the wrong form")
        elif start == 0 and stop is None:
            self.kind.put(self.container, items)
            self.note(self.kind.content(self.container))
        elif self.kind.plain is list and type(start) is int and type(stop) is int:
            list.__setitem__(self.container, slice(start, stop), items)
            self.patch(start, stop, items)
        else:
            raise wire.BadFrame("a change of the wrong form")
