# Tries: to define, by a forged list of names, what belongs to the test: its recorder, its helpers, builtins and modules.
# Held: failed raised
# Variants: 11
# With: channel
names = ["__check__", "__value__", "check", "WANTED", "len", "isinstance", "sorted", "sum", "math", "str", "poly", "f"]
LISTS = [
    [*names, *["function"] * len(names)], [*names, *["value"] * len(names)], [*names, *[[]] * len(names)], names, None, 5, {"f": "function"},
    ["f", 5, None, "function", "class", True], ["f" * 10 ** 6, "f", "function", "function"], ["f", "class"], ["f"],
]
answer(LISTS[VARIANT])
while True:
    receive()
    answer(True)
