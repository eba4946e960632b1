# Tries: marks with parts that do not belong to them.
# Held: raised failed
# Variants: 44
# With: channel
def value(name, *parts):
    return Mark("value", name, *parts)

def kind(number=2, name="A", names=(), own=(), built_in=None, bases=()):
    return Mark("class", number, name, names, own, built_in, bases)

def thing(number=1, of=None, text="a"):
    return Mark("object", number, kind() if of is None else of, text)

DEEP = 1
for _ in range(900):
    DEEP = (DEEP,)
VALUES = [
    value("range", 0, 10 ** 9, "1"), value("slice", [], 1, 1), value("bytearray", 10 ** 10), value("Fraction", "1e999999999"),
    value("Fraction", 1, 0), value("Decimal", "x"), value("datetime", b"\xff" * 10), value("date", 10 ** 9, 1, 1),
    value("timezone", value("timedelta", 99, 0, 0)), value("eval", "1"), value("__import__", "os"), value([], 1), Mark("value"),
    Mark("value", "complex", value("complex", 1.0, 1.0), 1.0), value("numpy.generic", "|O8", b"x" * 8), value("numpy.generic", "<f8", b""),
    Mark(), Mark("known", 1), Mark("known", 0), Mark("known", []), Mark("made", 0, "list", None), Mark("made", [], "list", None),
    Mark("made", 0, "object", None), Mark("made", 0, "ndarray", ("|O8", (1,))), Mark("made", 0, "deque", "x"),
    Mark("made", 0, "defaultdict", "os"), Mark("test", 0), Mark("test", -1), Mark("test", "x"), Mark("named", "g"), Mark("named", []),
    thing("x"), thing(-5), thing(10 ** 5000, None, "b" * 10 ** 6), thing(1, 5), thing(1, Mark("class", 2)), thing(1, kind(name="a\0b")),
    thing(1, kind(names=("__getattribute__", "__class__", "__new__"))), thing(1, kind(built_in="str")), thing(1, kind(bases=("str", 5))),
    thing(1, kind(own=("__call__", 5))), thing(1, kind(names=[[]])), {Mark("made", 0, "bytearray", None): 1}, DEEP,
]
pretend(lambda request: answer(VALUES[VARIANT]))
