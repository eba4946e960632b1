"""Where two lists hold the same objects, told by comparing their pointers; item by item where the interpreter is not known to keep these so."""

import itertools
import operator
import sys

ctypes = None
if sys.platform == "linux":
    import ctypes

    compare = ctypes.CDLL(None).memcmp
    compare.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)

POINTER_BYTES = 8
PIECE = 1024
# Of the pointer to its items in a list of CPython, after the count of references, the type and the length.
OFFSET_OF_ITEMS = 24


def items_of(values):
    """The address of the pointers to a list's items."""
    return ctypes.c_void_p.from_address(id(values) + OFFSET_OF_ITEMS).value or 0


def equal_pointers(one, start, other, other_start, count):
    """Whether two stretches of lists hold the same objects."""
    places = (items_of(one) + start * POINTER_BYTES, items_of(other) + other_start * POINTER_BYTES)
    return count <= 0 or compare(*places, count * POINTER_BYTES) == 0


def equal_items(one, start, other, other_start, count):
    pairs = zip(itertools.islice(one, start, start + count), itertools.islice(other, other_start, other_start + count))
    return all(itertools.starmap(operator.is_, pairs))


def knows_pointers():
    """Whether lists are laid out here as CPython does it."""
    if ctypes is None or ctypes.sizeof(ctypes.c_void_p) != POINTER_BYTES or list.__basicsize__ != OFFSET_OF_ITEMS + 16:
        return False
    first, second = object(), object()
    values = [first, second, first]
    told = (ctypes.c_void_p * 3).from_address(items_of(values))
    return list(told) == [id(first), id(second), id(first)]


are_equal = equal_pointers if knows_pointers() else equal_items


def first_difference(one, other, most):
    """How many items, at most so many, two lists begin with that are the same."""
    return longest(most, lambda start, count: are_equal(one, start, other, start, count))


def last_difference(one, other, most):
    """How many items, at most so many, two lists end with that are the same."""
    ends = len(one), len(other)
    return longest(most, lambda start, count: are_equal(one, ends[0] - start - count, other, ends[1] - start - count, count))


def longest(most, is_same):
    """The greatest length for which is_same() holds, given that it holds of the first `start` and is asked of `count` more."""
    known = 0
    while known < most:
        count = (most - known + 1) // 2
        if is_same(known, count):
            known += count
        else:
            most = known + count - 1
    return known


def patches(before, after):
    """[(start, stop, items), ...]: after is before with items in the place of each before[start:stop], one after the other."""
    most = min(len(before), len(after))
    start = first_difference(before, after, most)
    if start == len(before) == len(after):
        return []
    kept = last_difference(before, after, most - start)
    stop = len(after) - kept
    if len(before) != len(after):
        return [(start, len(before) - kept, after[start:stop])]
    found = differing(before, after, start, stop)
    order = order_of(before, after) if sum(last - first for first, last in found) > len(after) // 2 else None
    return [(0, None, order)] if order is not None else [(first, last, after[first:last]) for first, last in found]


def differing(before, after, start, stop):
    """Stretches, in pieces of a fixed size, in which two lists of one length differ."""
    found = []
    for first in range(start, stop, PIECE):
        last = min(first + PIECE, stop)
        if are_equal(before, first, after, first, last - first):
            continue
        if found and found[-1][1] == first:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


ORDERS = {
    "reversed": lambda values: values[::-1],
    "sorted": sorted,
    "sorted backwards": lambda values: sorted(values, reverse=True),
}


def order_of(before, after):
    """The order in which a list holds the items that it held before; None where it is no known one."""
    if not all(any(map(operator.is_, before, itertools.repeat(item))) for item in (after[0], after[-1])):
        return None
    for name, ordered in ORDERS.items():
        try:
            if are_equal(ordered(before), 0, after, 0, len(after)):
                return name
        except TypeError:
            # Its items have no order.
            pass
    return None
