"""Frames and messages between judge and candidate.

A frame is a 4-byte big-endian length and a body. A body is one pickle of plain data in which a `Mark` stands for what is no plain
data (an object that stays where it is, a date, an object that both sides hold). The judge reads it with an unpickler that
has no name for anything that could be called, so that a hostile candidate can send plain data and marks only.
"""

import io
import os
import pickle
import struct

LARGEST_FRAME = 128 << 20
# The hash of nested tuples recurses on the C stack; the judge's holds some million levels.
MOST_TUPLES = 5_000_000
PROTOCOL = 4
# The name under which the tests of a script call it.
SCRIPT = "__script__"

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
    header = struct.pack(">I", len(body))
    # A large body is not copied.
    for data in [header + body] if len(body) < 4096 else [header, body]:
        data = memoryview(data)
        while data:
            data = data[os.write(descriptor, data) :]


class Mark:
    """Stands in a message for something that is no plain data; `parts` say what, first its kind."""

    __slots__ = ("parts",)

    def __init__(self, *parts):
        self.parts = parts


class Pickler(pickle.Pickler):
    def persistent_id(self, thing):
        return thing.parts if type(thing) is Mark else None


class TrustingUnpickler(pickle.Unpickler):
    """Reads what the judge sends, with restore(*parts) for each mark."""

    def __init__(self, body, restore):
        super().__init__(io.BytesIO(body))
        self.restore = restore

    def persistent_load(self, parts):
        return self.restore(*parts)


class PlainUnpickler(TrustingUnpickler):
    """Builds None, booleans, numbers, text, bytes, lists, tuples, dicts and sets, and what restore() makes of a mark."""

    def find_class(self, module, name):
        raise BadFrame(f"an object of type {module[:40]}.{name[:40]}")

    def persistent_load(self, parts):
        if type(parts) is not tuple or not parts:
            raise BadFrame("a mark of the wrong form")
        return self.restore(*parts)


def encoded(message, has_marks):
    if not has_marks:
        return pickle.dumps(message, PROTOCOL)
    body = io.BytesIO()
    Pickler(body, PROTOCOL).dump(message)
    return body.getvalue()


def decoded_by_judge(body, restore):
    """The message in a body of the candidate's; BadFrame for anything that is none."""
    if len(body) > MOST_TUPLES and tuples_at_most(body) > MOST_TUPLES:
        raise BadFrame(f"a value of more than {MOST_TUPLES} tuples")
    try:
        return PlainUnpickler(body, restore).load()
    except BadFrame:
        raise
    except MemoryError:
        raise BadFrame("a value too large to read") from None
    except Exception as error:
        raise BadFrame(f"{type(error).__name__} while reading a value") from None


def tuples_at_most(body):
    """How many tuples a body can make: it has that many of their opcodes, or of bytes that look like them."""
    return sum(map(body.count, (b"\x85", b"\x86", b"\x87"))) + min(body.count(b"("), body.count(b"t"))
