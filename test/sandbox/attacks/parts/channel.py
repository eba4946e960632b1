import io, os, pickle, struct

class Mark:
    """Stands in a message for what is no plain data."""
    def __init__(self, *parts):
        self.parts = parts

class Pickler(pickle.Pickler):
    def persistent_id(self, thing):
        return thing.parts if type(thing) is Mark else None

def pickled(value):
    body = io.BytesIO()
    Pickler(body, 4).dump(value)
    return body.getvalue()

def send(body):
    data = struct.pack(">I", len(body)) + body
    while data:
        data = data[os.write(3, data):]

class Reader(pickle.Unpickler):
    def persistent_load(self, parts):
        return Mark(*parts)

def receive():
    """The operation, its operand and the rest of the next request."""
    length = struct.unpack(">I", os.read(3, 4))[0]
    data = b""
    while len(data) < length:
        data += os.read(3, length - len(data))
    return Reader(io.BytesIO(data)).load()

def message(kind, value, details=None, printed="", fills=(), news=(), changes=(), forgotten=(), parked=()):
    return kind, details, printed, fills, value, news, changes, forgotten, parked

def answer(value, kind="value", **parts):
    send(pickled(message(kind, value, **parts)))

def answer_raw(opcodes):
    """An answer whose value is made by opcodes of a pickle."""
    plain = lambda part: pickle.dumps(part, 3)[2:-1]
    send(b"\x80\x04(" + plain("value") + b"N" + plain("") + b")" + opcodes + b"))))t.")

def pretend(handle):
    """Says that the module defines f, then answers every later request by handle(request)."""
    answer(["f", "function"])
    while True:
        handle(receive())
