"""Frames and values between judge and candidate.

A frame is a 4-byte big-endian length and a body. Values travel by pickle, read by an unpickler that has no name for
anything that could be called, so that a hostile candidate can send plain data only. A few standard types travel as the
parts that they are made of, ("\\0value", type name, parts), as do arrays and numbers of numpy; any other object stays where it is and travels as a marker,
("\\0handle", number, type name, representation).
"""

import io
import os
import pickle
import re
import struct

LARGEST_FRAME = 16 << 20
DEEPEST_VALUE = 200
# Of a value with markers, each level of which may stand for two.
MOST_LEVELS = 2 * DEEPEST_VALUE + 10
# The hash of nested tuples recurses on the C stack; the judge's holds twice as many levels.
MOST_TUPLES = 500_000
MARK = "\0handle"
VALUE = "\0value"
PROTOCOL = 4
STACK_GLOBAL = b"\x93"

SCALARS = (bool, int, float, str, bytes)
CONTAINERS = (list, tuple, set, frozenset)
# Name: module, the attributes that it is made of (where they are all), and the types of the parts it may be made from.
VALUE_TYPES = {
    "complex": ("builtins", "real imag", ["float float"]),
    "range": ("builtins", "start stop step", ["int int int"]),
    "bytearray": ("builtins", "", ["bytes"]),
    "date": ("datetime", "year month day", ["int int int"]),
    "datetime": (
        "datetime", "year month day hour minute second microsecond tzinfo",
        ["int int int int int int int NoneType", "int int int int int int int timezone"],
    ),
    "time": (
        "datetime", "hour minute second microsecond tzinfo",
        ["int int int int NoneType", "int int int int timezone"],
    ),
    "timedelta": ("datetime", "days seconds microseconds", ["int int int"]),
    "timezone": ("datetime", "", ["timedelta", "timedelta str"]),
    "Decimal": ("decimal", "", ["str"]),
    "Fraction": ("fractions", "numerator denominator", ["int int"]),
    "deque": ("collections", "", ["list NoneType", "list int"]),
    "Counter": ("collections", "", ["dict"]),
    "OrderedDict": ("collections", "", ["list"]),
}
ARRAY, ELEMENT = "numpy.ndarray", "numpy.generic"
# Booleans and numbers; no objects, and nothing that names fields.
PLAIN_DTYPE = re.compile("[<>|][biufc][0-9]{1,2}")

# What the zygote tells of an ended candidate: wait status, user and system seconds, peak memory in bytes.
USAGE = struct.Struct("<iddq")


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
    """Builds None, booleans, numbers, text, bytes, lists, tuples, dicts and sets."""

    def find_class(self, module, name):
        raise BadFrame(f"an object of type {module[:40]}.{name[:40]}")

    def persistent_load(self, _identity):
        raise BadFrame("a persistent reference")


def decode(body):
    """The plain data in a body; BadFrame for anything else."""
    if len(body) > MOST_TUPLES and tuples_at_most(body) > MOST_TUPLES:
        raise BadFrame(f"a value of more than {MOST_TUPLES} tuples")
    try:
        return PlainUnpickler(io.BytesIO(body)).load()
    except BadFrame:
        raise
    except MemoryError:
        raise BadFrame("a value too large to read") from None
    except Exception as error:
        raise BadFrame(f"{type(error).__name__} while reading a value") from None


def tuples_at_most(body):
    """How many tuples a body can make: it has that many of their opcodes, or of bytes that look like them."""
    return sum(map(body.count, (b"\x85", b"\x86", b"\x87"))) + min(body.count(b"("), body.count(b"t"))


def encode(value, keep):
    """The body for a value; objects that may not travel are given to keep(object) and go as the marker it returns."""
    try:
        body = pickle.dumps((value, False), PROTOCOL)
        # Without a global the value is plain data; the byte may also be part of a text.
        if STACK_GLOBAL in body:
            decode(body)
        return body
    except Exception:
        return pickle.dumps((simplified(value, keep, 0), True), PROTOCOL)


def simplified(value, keep, depth=0):
    """Plain data equal to value, with instances of subclasses as the plain value and other objects as markers."""
    if value is None:
        return None
    kind = type(value)
    for plain in SCALARS:
        if issubclass(kind, plain):
            return value if kind is plain else plain_copy(plain, value)
    if issubclass(kind, complex) and kind is not complex:
        value, kind = complex.__pos__(value), complex
    if depth >= DEEPEST_VALUE:
        return keep(value)
    if kind.__module__ == "numpy" and PLAIN_DTYPE.fullmatch(dtype_of(value)):
        return (VALUE, ARRAY if kind.__name__ == "ndarray" else ELEMENT, (dtype_of(value), value.shape, value.tobytes()))
    parts = parts_of(value)
    if parts is not None:
        return (VALUE, kind.__name__, tuple(simplified(part, keep, depth + 1) for part in parts))
    for plain in CONTAINERS:
        if issubclass(kind, plain):
            return made_of(plain, [simplified(item, keep, depth + 1) for item in plain.__iter__(value)], keep, value)
    if issubclass(kind, dict):
        items = [[simplified(part, keep, depth + 1) for part in pair] for pair in dict.items(value)]
        return made_of(dict, items, keep, value)
    return keep(value)


def made_of(plain, items, keep, value):
    try:
        return plain(items)
    except TypeError:
        # An item whose plain value cannot be hashed.
        return keep(value)


def plain_copy(plain, value):
    """The value of an instance of a subclass, whatever it says of itself."""
    if plain is str:
        return str.__str__(value)
    if plain is bytes:
        return bytes.__getitem__(value, slice(None))
    return plain.__pos__(value)


def dtype_of(value):
    return getattr(getattr(value, "dtype", None), "str", "")


def array_from(name, dtype, shape, data):
    if not PLAIN_DTYPE.fullmatch(dtype) or not all(type(size) is int for size in shape):
        raise BadFrame(f"an array of type {dtype[:40]}")
    array = __import__("numpy").frombuffer(data, dtype).reshape(shape)
    return array.copy() if name == ARRAY else array[()]


def parts_of(value):
    """What an instance of one of VALUE_TYPES is made of; None for other objects."""
    kind = type(value)
    module, attributes, allowed = VALUE_TYPES.get(kind.__name__, (None, "", ()))
    if module is None or kind.__module__ != module:
        return None
    if attributes:
        parts = tuple(getattr(value, name) for name in attributes.split())
    elif kind.__name__ == "deque":
        parts = (list(value), value.maxlen)
    elif kind.__name__ == "OrderedDict":
        parts = (list(value.items()),)
    else:
        parts = value.__reduce_ex__(PROTOCOL)[1]
    return parts if signature(parts) in allowed else None


def signature(parts):
    return " ".join(type(part).__name__ for part in parts)


def restored(value, restore, depth=0):
    """The value that was simplified, with every marker replaced by restore(number, type name, representation)."""
    if depth > MOST_LEVELS:
        raise BadFrame(f"a value of more than {MOST_LEVELS} levels")
    if type(value) is tuple and len(value) == 4 and value[0] == MARK and signature(value) == "str int str str":
        return restore(*value[1:])
    if type(value) is tuple and len(value) == 3 and value[0] == VALUE and signature(value) == "str str tuple":
        return value_from(value[1], [restored(part, restore, depth + 1) for part in value[2]])
    if type(value) in CONTAINERS:
        return type(value)(restored(item, restore, depth + 1) for item in value)
    if type(value) is dict:
        return {restored(key, restore, depth + 1): restored(item, restore, depth + 1) for key, item in value.items()}
    return value


def value_from(name, parts):
    if name in (ARRAY, ELEMENT) and signature(parts) == "str tuple bytes":
        return array_from(name, *parts)
    module, _attributes, allowed = VALUE_TYPES.get(name, (None, "", ()))
    if signature(parts) not in allowed:
        raise BadFrame(f"a value of type {name[:40]}")
    return getattr(__import__(module), name)(*parts)
