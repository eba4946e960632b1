"""Writes and reads GGUF files, version 3, of llama models: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"""

import struct

ALIGNMENT = 32
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
NUMBERS = {UINT32: '<I', INT32: '<i', FLOAT32: '<f', BOOL: '<?'}
F32, F16 = 0, 1


def string(text):
    data = text.encode()
    return struct.pack('<Q', len(data)) + data


def value(kind, item):
    """A metadata value; an array is a pair of the kind of its elements and the elements."""
    if kind == STRING:
        return string(item)
    if kind == ARRAY:
        of, items = item
        return struct.pack('<IQ', of, len(items)) + b''.join(value(of, one) for one in items)
    return struct.pack(NUMBERS[kind], item)


def write(path, metadata, tensors):
    """`metadata`: (key, kind, value) triples; `tensors`: (name, shape with the rows first, kind, bytes) tuples."""
    head = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(metadata))
    head += b''.join(string(key) + struct.pack('<I', kind) + value(kind, item) for key, kind, item in metadata)
    data = b''
    for name, shape, kind, content in tensors:
        dimensions = b''.join(struct.pack('<Q', size) for size in reversed(shape))
        head += string(name) + struct.pack('<I', len(shape)) + dimensions + struct.pack('<IQ', kind, len(data))
        data += padded(content)
    with open(path, 'wb') as file:
        file.write(padded(head) + data)


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


class Reader:
    """Takes a file apart again: for tests, and to run the very weights that were written."""

    def __init__(self, path):
        with open(path, 'rb') as file:
            self._data = file.read()
        self._at = 4
        if self._data[:4] != b'GGUF':
            raise ValueError(f'{path}: expected a GGUF file, got {self._data[:4]!r}')
        version, tensor_count, count = self._numbers('<IQQ')
        if version != 3:
            raise ValueError(f'{path}: expected GGUF version 3, got {version}')
        # As `write` takes them.
        self.entries = [self._entry() for _ in range(count)]
        self.metadata = {key: item[1] if kind == ARRAY else item for key, kind, item in self.entries}
        infos = [self._info() for _ in range(tensor_count)]
        start = self._at + -self._at % ALIGNMENT
        self.tensors = {name: (shape, kind, self._data[start + offset:start + offset + size_of(kind, shape)])
                        for name, shape, kind, offset in infos}

    def _numbers(self, form):
        items = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return items

    def _string(self):
        length, = self._numbers('<Q')
        self._at += length
        return self._data[self._at - length:self._at].decode()

    def _entry(self):
        key = self._string()
        kind, = self._numbers('<I')
        return key, kind, self._value(kind)

    def _value(self, kind):
        if kind == STRING:
            return self._string()
        if kind == ARRAY:
            of, count = self._numbers('<IQ')
            return of, [self._value(of) for _ in range(count)]
        return self._numbers(NUMBERS[kind])[0]

    def _info(self):
        name = self._string()
        count, = self._numbers('<I')
        shape = self._numbers(f'<{count}Q')[::-1]
        kind, offset = self._numbers('<IQ')
        return name, shape, kind, offset


def size_of(kind, shape):
    """Bytes of a tensor."""
    count = 1
    for size in shape:
        count *= size
    return {F32: count * 4, F16: count * 2}[kind]
