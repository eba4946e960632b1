"""Frames and values between judge and candidate.

A frame is a 4-byte big-endian length and a body. Values travel by pickle, read by an unpickler that builds plain data and
a few immutable-minded standard types and nothing else, so that a hostile candidate can send data only. Any other object
stays where it is and travels as a marker, ("\\0handle", number, type name, representation).
"""

import io
import os
import pickle
import struct

LARGEST_FRAME = 16 << 20
DEEPEST_VALUE = 200
MARK = "\0handle"
PROTOCOL = 4
STACK_GLOBAL = b"\x93"

SCALARS = (bool, int, float, str, bytes, complex)
VALUE_TYPES = {
    "builtins": {"complex", "bytearray", "range"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "collections": {"deque", "Counter", "OrderedDict"},
}


class BadFrame(Exception):
    """What came is no frame, or no value that may travel."""


def read_exactly(descriptor, count):
    data = os.read(descriptor, count)
    if len(data) == count:
        return data
    parts = bytearray(data)
    while len(parts) < count:
        data = os.read(descriptor, min(count - len(parts), 1 << 20))
        if not data:
            raise EOFError
        parts += data
    return bytes(parts)


def read_frame(descriptor, largest=LARGEST_FRAME):
    """The body of the next frame; EOFError when the other side is gone."""
    header = os.read(descriptor, 4)
    if not header:
        raise EOFError
    if len(header) < 4:
        header += read_exactly(descriptor, 4 - len(header))
    (length,) = struct.unpack(">I", header)
    if length > largest:
        raise BadFrame(f"a frame of {length} bytes; at most {largest} may travel")
    return read_exactly(descriptor, length)


def write_frame(descriptor, body):
    data = memoryview(struct.pack(">I", len(body)) + body)
    while data:
        data = data[os.write(descriptor, data) :]


class PlainUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if name in VALUE_TYPES.get(module, ()):
            return getattr(__import__(module), name)
        raise BadFrame(f"an object of type {module[:40]}.{name[:40]}")

    def persistent_load(self, _identity):
        raise BadFrame("a persistent reference")


def decode(body):
    """The value in a body; BadFrame for anything that is not a whole value of allowed types."""
    try:
        return PlainUnpickler(io.BytesIO(body)).load()
    except BadFrame:
        raise
    except MemoryError:
        raise BadFrame("a value too large to read") from None
    except Exception as error:
        raise BadFrame(f"{type(error).__name__} while reading a value") from None


def encode(value, keep):
    """The body for a value; objects that may not travel are given to keep(object) and go as the marker it returns."""
    try:
        body = pickle.dumps((value, False), PROTOCOL)
        # Without a global the value is plain data; with one it must be among those that the other side accepts.
        if STACK_GLOBAL in body:
            decode(body)
        return body
    except Exception:
        return pickle.dumps((simplified(value, keep, 0), True), PROTOCOL)


def simplified(value, keep, depth):
    """Plain data equal to value, with instances of subclasses as the plain value and other objects as markers."""
    if value is None:
        return None
    for kind in SCALARS:
        if isinstance(value, kind):
            return value if type(value) is kind else kind.__new__(kind, value)
    if depth < DEEPEST_VALUE:
        if isinstance(value, (list, tuple, set, frozenset)):
            kind = next(kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind))
            return kind([simplified(item, keep, depth + 1) for item in kind.__iter__(value)])
        if isinstance(value, dict):
            items = dict.items(value)
            return {simplified(key, keep, depth + 1): simplified(item, keep, depth + 1) for key, item in items}
    return keep(value)


def with_handles(value, restore):
    """The value with every marker replaced by restore(number, type name, representation)."""
    if type(value) is tuple and len(value) == 4 and type(value[0]) is str and value[0] == MARK:
        return restore(value[1], str(value[2]), str(value[3]))
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(with_handles(item, restore) for item in value)
    if type(value) is dict:
        return {with_handles(key, restore): with_handles(item, restore) for key, item in value.items()}
    return value
