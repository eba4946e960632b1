# Tries: pickles that call functions, set attributes of classes or make objects in the process that reads them.
# Held: raised
# Variants: 15
# With: channel
def text(value):
    return b"\x8c" + bytes([len(value)]) + value

def name(module, attribute):
    return text(module) + text(attribute) + b"\x93"

COUNTER, DEQUE = name(b"collections", b"Counter"), name(b"collections", b"deque")
# Makes every Counter equal to any list, by setting an attribute of the class, if globals and BUILD are let through.
EQUAL = COUNTER + b"(N}" + text(b"__eq__") + DEQUE + b"stb0" + COUNTER + b")R"
BODIES = [
    EQUAL, b"ccollections\nCounter\n(N}" + text(b"__eq__") + b"ccollections\ndeque\nstb0ccollections\nCounter\n)R",
    name(b"os", b"_exit") + b"K\0\x85R", b"cos\n_exit\n(K\0tR", b"(K\0ios\n_exit\n", b"(cos\n_exit\nK\0o",
    name(b"builtins", b"eval") + text(b"__import__('os')._exit(0)") + b"\x85R", name(b"builtins", b"getattr"),
    name(b"builtins", b"complex"), name(b"stand_ins", b"Handle") + b")\x81", name(b"checks", b"EndOfRun"), b"Pid\n", b"K\1Q", b"\x82\1",
    name(b"judge", b"os.system"),
]
pretend(lambda request: answer_raw(BODIES[VARIANT]))
