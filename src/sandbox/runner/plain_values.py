"""Plain data that is equal to a value: what may travel as it is, what travels as its parts, and what cannot."""

import re

import wire

DEEPEST_VALUE = 200
SCALARS = frozenset((type(None), bool, int, float, str, bytes))
PLAIN = (bool, int, float, str, bytes)
# Name: module, the attributes that it is made of (where they are all), and the types of the parts it may be made from.
VALUE_TYPES = {
    "complex": ("builtins", "real imag", ["float float"]),
    "range": ("builtins", "start stop step", ["int int int"]),
    "slice": ("builtins", "start stop step", None),
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
}
# Ellipsis and NotImplemented: there is one of each on either side.
SINGLETONS = {"Ellipsis": ..., "NotImplemented": NotImplemented}
ELEMENT = "numpy.generic"
# Booleans and numbers; no objects, and nothing that names fields.
PLAIN_DTYPE = re.compile("[<>|][biufc][0-9]{1,2}")


def is_leaf(items):
    """Whether a container holds nothing that holds something."""
    return SCALARS.issuperset(map(type, items))


def plain_copy(plain, value):
    """The value of an instance of a subclass, whatever it says of itself."""
    if plain is str:
        return str.__str__(value)
    if plain is bytes:
        return bytes.__getitem__(value, slice(None))
    return plain.__pos__(value)


def dtype_of(value):
    """How numpy writes the type of an array or of a number of its own; "" for anything else, and for what may not travel."""
    if type(value).__module__ != "numpy":
        return ""
    dtype = getattr(getattr(value, "dtype", None), "str", "")
    return dtype if type(dtype) is str and PLAIN_DTYPE.fullmatch(dtype) else ""


def parts_of(value):
    """What an instance of one of VALUE_TYPES is made of; None for other objects."""
    kind = type(value)
    module, attributes, allowed = VALUE_TYPES.get(kind.__name__, (None, "", ()))
    if module is None or kind.__module__ != module:
        return None
    if attributes:
        parts = tuple(getattr(value, name) for name in attributes.split())
    else:
        parts = value.__reduce_ex__(wire.PROTOCOL)[1]
    return parts if is_allowed(parts, allowed) else None


def is_allowed(parts, allowed):
    if allowed is None:
        return all(type(part) in (int, type(None)) for part in parts)
    return " ".join(type(part).__name__ for part in parts) in allowed


def value_from(name, *parts):
    """The value that parts_of() took apart; BadFrame where these are no parts of one."""
    if name == ELEMENT:
        return element_from(*parts)
    if name in SINGLETONS:
        return SINGLETONS[name]
    module, _attributes, allowed = VALUE_TYPES.get(name, (None, "", ()))
    if not is_allowed(parts, allowed):
        raise wire.BadFrame(f"a value of type {name[:40]}")
    return getattr(__import__(module), name)(*parts)


def element_from(dtype, data):
    check_dtype(dtype)
    return __import__("numpy").frombuffer(data, dtype)[0]


def check_dtype(dtype):
    if type(dtype) is not str or not PLAIN_DTYPE.fullmatch(dtype):
        raise wire.BadFrame("an array of no plain type")


class Simplifier:
    """Makes plain data of values, with marks in the place of what is none. Each container becomes one copy, however often it comes up."""

    def __init__(self, numbers, containers, keeper):
        self.numbers, self.containers, self.keeper = numbers, containers, keeper
        self.memo = {}
        # Contents of containers that are made first and filled later, by their places.
        self.fills = []
        # What was copied lives as long as its place in the memo counts.
        self.alive = []

    def plain(self, value, depth=0):
        """Plain data equal to value: an instance of a subclass as the plain value, another object as what keep(object) gives."""
        kind = type(value)
        if kind in SCALARS:
            return value
        known = self.memo.get(id(value))
        if known is not None:
            return known
        number = self.numbers.get(id(value))
        if number is not None:
            return wire.Mark("known", number)
        for plain in PLAIN:
            if issubclass(kind, plain):
                return plain_copy(plain, value)
        if depth >= DEEPEST_VALUE:
            return self.keeper.keep(value, self.plain)
        return self.composite(value, kind, depth + 1)

    def items(self, content):
        """The content of a container as it travels."""
        return content if type(content) is not list or is_leaf(content) else [self.plain(item) for item in content]

    def composite(self, value, kind, depth):
        container = self.containers.kind_of(value)
        if container is not None:
            return self.container(value, container, depth)
        if issubclass(kind, tuple) and kind is not tuple and self.keeper.is_record(kind):
            return self.keeper.record_mark(value, [self.plain(item, depth) for item in tuple.__iter__(value)])
        for plain in (tuple, frozenset):
            if issubclass(kind, plain):
                return self.frozen(value, plain, depth)
        if issubclass(kind, complex) and kind is not complex:
            value, kind = complex.__pos__(value), complex
        parts = parts_of(value)
        if parts is not None:
            return wire.Mark("value", kind.__name__, *(self.plain(part, depth) for part in parts))
        if value is ... or value is NotImplemented:
            return wire.Mark("value", str(value))
        dtype = dtype_of(value)
        if dtype:
            return wire.Mark("value", ELEMENT, dtype, value.tobytes())
        return self.keeper.keep(value, self.plain)

    def frozen(self, value, plain, depth):
        try:
            return plain([self.plain(item, depth) for item in plain.__iter__(value)])
        except TypeError:
            # An item whose plain value cannot be hashed.
            return self.keeper.keep(value, self.plain)

    def container(self, value, container, depth):
        """The one copy of a container; known before it is filled, as it may hold itself."""
        self.alive.append(value)
        content = container.content(value)
        if container.plain not in (list, dict, set):
            return self.made(value, container, content, depth)
        if type(value) is container.plain and is_leaf(content):
            self.memo[id(value)] = value
            return value
        copy = self.memo[id(value)] = container.plain()
        try:
            container.put(copy, [self.plain(item, depth) for item in content])
        except TypeError:
            self.memo[id(value)] = mark = self.keeper.keep(value, self.plain)
            return mark
        return copy

    def made(self, value, container, content, depth):
        place = len(self.fills)
        mark = self.memo[id(value)] = wire.Mark("made", place, container.name, self.plain(container.form(value)))
        self.fills.append(None)
        self.fills[place] = content if type(content) is bytes else [self.plain(item, depth) for item in content]
        return mark
