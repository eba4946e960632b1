# Tries: to call functions of the test that it was not given, and to call without end.
# Held: failed raised timed-out crashed
# Variants: 6
# With: channel
def call(number, arguments=(), keywords={}):
    send(pickle.dumps(("callback", pickle.dumps(((number, arguments, keywords), False), 4), ""), 4))

def reply(request):
    if VARIANT == 0:
        call(-1)
    elif VARIANT == 1:
        call(0, (1,))
    elif VARIANT == 2:
        call("f", 5, 5)
    elif VARIANT == 3:
        send(pickle.dumps(("callback", None, ""), 4))
    elif VARIANT == 4:
        # A handle of its own, called by the judge, which is answered by a call of the handle.
        call(7, (1,))
    elif request[0] in ("raise", "return"):
        answer("anything")
    else:
        call(-99999)
pretend(reply)
