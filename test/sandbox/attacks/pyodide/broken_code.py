# Tries: bytecode that Python's compiler never makes, so that the interpreter reads and writes where it should not.
# Held: crashed raised failed timed-out out-of-memory
# Variants: 6
import random, types

def g(a, b):
    for i in range(3):
        a = [a, b, i]
    return a

def f(x):
    source = random.Random(VARIANT)
    for _ in range(40):
        code = g.__code__
        junk = bytes(source.randrange(256) for _ in range(len(code.co_code)))
        try:
            types.FunctionType(code.replace(co_code=junk, co_stacksize=source.randrange(1, 60)), globals())(1, 2)
        except BaseException:
            pass
    return "anything"
