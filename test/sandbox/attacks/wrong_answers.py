# Tries: answers that are no answers, frames that are no frames.
# Held: raised crashed timed-out
# Variants: 17
# With: channel
def reply(request):
    if VARIANT == 13:
        os.write(3, b"\xff\xff\xff\xff" + b"a" * 10 ** 7)
    if VARIANT == 14:
        os.write(3, b"\0\0")
        os._exit(0)
    if VARIANT == 15:
        os.write(3, b"\0\0\1\0abc")
        while True:
            pass
    if VARIANT == 16:
        while True:
            os.write(3, b"\0\0\0\0")
    send([
        b"", b".", b"garbage", pickle.dumps(None), pickle.dumps(("value",)), pickle.dumps(("value", 5, "", None)),
        pickle.dumps(("value", b"", "", None)), pickle.dumps(("value", pickle.dumps(5), "", None)),
        pickle.dumps(("value", pickle.dumps((1, 2, 3)), "", None)), pickle.dumps(("passed", pickle.dumps((1, False)), "", None)),
        pickle.dumps(("value", pickle.dumps((1, False)), 5, None)), pickle.dumps(("value", pickle.dumps((1, False)), "", b"x")),
        pickle.dumps({"kind": "passed"}),
    ][VARIANT])
pretend(reply)
