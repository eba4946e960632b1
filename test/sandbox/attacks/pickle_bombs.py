# Tries: small pickles that take much memory, time or stack to read, compare or show.
# Held: raised failed timed-out crashed out-of-memory
# Variants: 12
# With: channel
BODIES = [
    lambda: b"]" * 10 ** 7 + b"a" * (10 ** 7 - 1),
    lambda: b")" + b"\x85" * 10 ** 7,
    lambda: b"})" + b"\x85" * (10 ** 7) + b"Ns",
    lambda: b"}(" * 400_000 + b")" + b"t" * 400_000 + b"Ns",
    lambda: b"}" + b"(" * 600_000 + b"t" * 600_000 + b"Ns",
    lambda: b"]\x94" + b"h\0a" * 10,
    lambda: b"]\x94" + b"".join(b"](h%ch%ce\x94" % (n, n) for n in range(200)),
    lambda: b"(" + b"K\1" * 5 * 10 ** 6 + b"l",
    lambda: b"Nr\xff\xff\xff\x0f",
    lambda: b"\x8b\0\0\xa0\0" + b"\x7f" * (10 << 20),
    lambda: b"\x8f(" + b"".join(b"\x8a\x0c" + (n * (2 ** 61 - 1)).to_bytes(12, "little") for n in range(60_000)) + b"\x90",
    lambda: b"\x96" + (1 << 40).to_bytes(8, "little"),
]
opcodes = BODIES[VARIANT]()
pretend(lambda request: answer_raw(opcodes))
