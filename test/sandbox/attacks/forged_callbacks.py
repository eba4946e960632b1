# Tries: to call functions of the test that it was not given, and to call without end.
# Held: failed raised timed-out crashed
# Variants: 7
# With: channel
def call(number, arguments=(), keywords={}):
    answer((number, arguments, keywords), "callback")

def reply(request):
    if VARIANT == 0:
        call(-1)
    elif VARIANT == 1:
        call(0, (1,))
    elif VARIANT == 2:
        call("f", 5, 5)
    elif VARIANT == 3:
        answer(None, "callback")
    elif VARIANT == 4:
        # An object of its own, called by the judge, which is answered by a call of the object.
        call(7, (Mark("object", 1, Mark("class", 2, "A", ("__call__",), (), None, ()), "a"),))
    elif VARIANT == 5:
        call(0, (), {1: 2})
    elif request[0] in ("raise", "return"):
        answer("anything")
    else:
        call(99999)
pretend(reply)
