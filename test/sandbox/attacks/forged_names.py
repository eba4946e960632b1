# Tries: to define, by a forged list of names, what belongs to the test: its recorder, its helpers, builtins and modules.
# Held: failed raised
# Variants: 9
# With: channel
names = ["__check__", "__value__", "check", "WANTED", "len", "isinstance", "sorted", "sum", "math", "str", "poly", "f"]
LISTS = [
    {name: "function" for name in names}, {name: "value" for name in names}, {name: [] for name in names}, names, None, 5,
    {"f": "function", 5: "class", None: True, (1,): True}, {"f" + "f" * 10 ** 6: "function"}, {"f": "class"},
]
answer(LISTS[VARIANT])
while True:
    receive()
    answer(True)
