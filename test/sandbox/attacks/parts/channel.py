import os, pickle, struct

def send(body):
    data = struct.pack(">I", len(body)) + body
    while data:
        data = data[os.write(3, data):]

def receive():
    length = struct.unpack(">I", os.read(3, 4))[0]
    data = b""
    while len(data) < length:
        data += os.read(3, length - len(data))
    return pickle.loads(data)

def answer(value, printed="", changed=None):
    """An answer with a value that is pickled already, or one to pickle."""
    body = value if type(value) is bytes else pickle.dumps((value, False), 4)
    send(pickle.dumps(("value", body, printed, changed), 4))

def pretend(handle):
    """Says that the module defines f, then answers every later request by handle(request)."""
    answer({"f": True})
    while True:
        handle(receive())
