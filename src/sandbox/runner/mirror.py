"""Shows in a test's own containers what the candidate changed in the copies that it was given."""

import collections
import itertools


class Mirror:
    def __init__(self):
        self.changes = []

    def bring_up_to_date(self, old, new):
        """Makes the containers in old equal to their counterparts in new, in place."""
        if type(old) is tuple:
            for pair in zip(old, new):
                self.mirrored(*pair)
        elif isinstance(old, dict):
            self.change(old, {key: self.mirrored(old[key], item) if key in old else item for key, item in new.items()})
        elif is_array(old):
            if new.shape == old.shape and old.flags.writeable:
                self.change(old, new)
        elif type(old) in (list, collections.deque):
            kept = [self.mirrored(*pair) for pair in zip(list(old), new)]
            self.change(old, [*kept, *itertools.islice(new, len(kept), None)])
        else:
            self.change(old, new)

    def mirrored(self, old, new):
        """The old container brought up to date where both are of one kind, else the new value."""
        if not is_mutable(old) or not (type(new) is type(old) or type(new) is dict and isinstance(old, dict)):
            return new
        self.bring_up_to_date(old, new)
        return old if type(old) is not tuple or are_equal(old, new) else new

    def change(self, container, content):
        self.changes.append((container, copied(container)))
        replace_content(container, content)

    def undo(self):
        """Gives back to the test's own containers what they held before the candidate changed them."""
        for container, content in reversed(self.changes):
            try:
                replace_content(container, content)
            except Exception:
                # One of the test's own making that cannot be changed back.
                pass


def is_mutable(value):
    return isinstance(value, (list, dict, set, bytearray, tuple, collections.deque)) or is_array(value)


def is_array(value):
    return type(value).__name__ == "ndarray"


def are_equal(old, new):
    try:
        return bool(old == new)
    except ValueError:
        # Arrays do not compare to one truth.
        return False


def copied(container):
    if is_array(container):
        return container.copy()
    return dict(container) if isinstance(container, dict) else list(container)


def replace_content(container, content):
    if is_array(container):
        container[...] = content
        return
    if isinstance(container, (list, bytearray)):
        container[:] = content
        return
    container.clear()
    if isinstance(container, collections.Counter):
        dict.update(container, content)
    elif isinstance(container, collections.deque):
        container.extend(content)
    else:
        container.update(content)
