# Tries: marked values and handles with parts that do not belong to them.
# Held: raised failed
# Variants: 25
# With: channel
def value(name, *parts):
    return ("\0value", name, parts)

DEEP = 1
for _ in range(900):
    DEEP = (DEEP,)
VALUES = [
    value("Counter", value("range", 0, 10 ** 9, 1)), value("deque", value("range", 0, 10 ** 9, 1), None),
    value("bytearray", 10 ** 10), value("Fraction", "1e999999999"), value("Fraction", 1, 0), value("Decimal", "x"),
    value("datetime", b"\xff" * 10), value("date", 10 ** 9, 1, 1), value("timezone", value("timedelta", 99, 0, 0)),
    value("eval", "1"), value("__import__", "os"), value([], 1), ("\0value", "complex", 5), value("complex", value("complex", 1.0, 1.0), 1.0),
    ("\0handle", "x", "", ""), ("\0handle", -5, "", ""), ("\0handle", 10 ** 5000, "a" * 10 ** 6, "b" * 10 ** 6),
    ("\0handle", 1, [], {}), {value("bytearray", b""): 1}, DEEP,
    value("numpy.ndarray", "|O8", (1,), b"x" * 8), value("numpy.ndarray", "<f8", (10 ** 9,), b""), value("numpy.ndarray", "<f8", (-1, 0), b""),
    value("numpy.generic", "<f8,<f8", (1,), b"x" * 16), value("numpy.generic", "<f8", ("a",), b"x" * 8),
]
body = pickle.dumps((VALUES[VARIANT], True), 4)
pretend(lambda request: answer(body))
