# Tries: to end the loop that evaluates the test.
# Held: raised
# Tests: all
# Variants: 3
class Stop(StopIteration):
    pass

def f(x):
    if VARIANT == 0:
        raise StopIteration
    if VARIANT == 1:
        raise Stop
    raise StopAsyncIteration
