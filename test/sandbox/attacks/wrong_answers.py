# Tries: answers that are no answers, frames that are no frames.
# Held: raised crashed timed-out
# Variants: 18
# With: channel
def reply(request):
    if VARIANT == 14:
        os.write(3, b"\xff\xff\xff\xff" + b"a" * 10 ** 7)
    if VARIANT == 15:
        os.write(3, b"\0\0")
        os._exit(0)
    if VARIANT == 16:
        os.write(3, b"\0\0\1\0abc")
        while True:
            pass
    if VARIANT == 17:
        while True:
            os.write(3, b"\0\0\0\0")
    send([
        b"", b".", b"garbage", pickle.dumps(None), pickle.dumps(("value",)), pickle.dumps(("value", 5, "", None)),
        pickle.dumps(message("passed", 1)), pickle.dumps(message("started", 1)), pickle.dumps(message([], 1)),
        pickle.dumps(message("value", 1, printed=5)), pickle.dumps(message("event", 1)), pickle.dumps(message("value", 1)[:-1]),
        pickle.dumps((*message("value", 1), 1)), pickle.dumps({"kind": "passed"}),
    ][VARIANT])
pretend(reply)
