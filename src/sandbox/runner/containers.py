"""The containers that can change, and how the content of each is read, compared and put in place, whatever a subclass says of itself.

A content is a list of what the container holds (for a dict its keys, then its values), or bytes.
"""

import collections
import operator

import plain_values
import wire


class Kind:
    """One kind of container: its name between the two sides, the class that it arrives as, and its content."""

    def __init__(self, plain, content, put):
        self.name, self.plain, self.content, self.put = plain.__name__, plain, content, put

    def form(self, _container):
        """What else has to be known to make one."""
        return None

    def made(self, _form):
        return self.plain()

    def changed(self, before, after):
        """Whether a content is another one than before."""
        return len(before) != len(after) or not all(map(operator.is_, before, after))


class Deque(Kind):
    def form(self, container):
        return container.maxlen

    def made(self, form):
        if form is not None and type(form) is not int:
            raise wire.BadFrame("a deque of the wrong form")
        return collections.deque((), form)


class DefaultDict(Kind):
    FACTORIES = {kind.__name__: kind for kind in (list, dict, set, int, float, str, tuple, bool)}

    def form(self, container):
        factory = container.default_factory
        return factory.__name__ if factory in self.FACTORIES.values() else factory

    def made(self, form):
        factory = self.FACTORIES.get(form) if type(form) is str else form
        if factory is not None and not callable(factory):
            raise wire.BadFrame("a defaultdict of the wrong form")
        return collections.defaultdict(factory)


class Bytes(Kind):
    def changed(self, before, after):
        return before != after


class Array(Bytes):
    name = "ndarray"
    plain = None

    def __init__(self):
        pass

    def form(self, container):
        return container.dtype.str, container.shape

    def made(self, form):
        dtype, shape = form
        plain_values.check_dtype(dtype)
        if not all(type(size) is int for size in shape):
            raise wire.BadFrame("an array of the wrong form")
        return __import__("numpy").zeros(shape, dtype)

    def content(self, container):
        return container.tobytes()

    def put(self, container, content):
        if container.flags.writeable:
            container[...] = __import__("numpy").frombuffer(content, container.dtype).reshape(container.shape)


def put_list(container, content):
    list.__setitem__(container, slice(None), content)


def put_set(container, content):
    set.clear(container)
    set.update(container, content)


def put_deque(container, content):
    collections.deque.clear(container)
    collections.deque.extend(container, content)


def put_bytes(container, content):
    bytearray.__setitem__(container, slice(None), content)


def content_of_dict(container):
    return [*dict.keys(container), *dict.values(container)]


def put_dict(container, content):
    half = len(content) // 2
    dict.clear(container)
    dict.update(container, zip(content[:half], content[half:]))


def put_ordered(container, content):
    half = len(content) // 2
    collections.OrderedDict.clear(container)
    for key, value in zip(content[:half], content[half:]):
        collections.OrderedDict.__setitem__(container, key, value)


def content_of_ordered(container):
    return [*container.keys(), *container.values()]


def content_of_deque(container):
    return [*collections.deque.__iter__(container)]


def content_of_bytes(container):
    return bytes(bytearray.__getitem__(container, slice(None)))


def content_of_list(container):
    return list.__getitem__(container, slice(None))


KINDS = {
    kind.name: kind
    for kind in (
        Kind(list, content_of_list, put_list),
        Kind(dict, content_of_dict, put_dict),
        Kind(set, lambda container: [*set.__iter__(container)], put_set),
        Deque(collections.deque, content_of_deque, put_deque),
        Kind(collections.OrderedDict, content_of_ordered, put_ordered),
        Kind(collections.Counter, content_of_dict, put_dict),
        DefaultDict(collections.defaultdict, content_of_dict, put_dict),
        Bytes(bytearray, content_of_bytes, put_bytes),
    )
}
EXACT = {kind.plain: kind for kind in KINDS.values()}
ARRAY = KINDS["ndarray"] = Array()


def kind_of(value):
    """The kind of a container, for an instance of a subclass that of its plain value; None for anything else."""
    kind = EXACT.get(type(value))
    if kind is not None:
        return kind
    mro = type(value).__mro__
    for plain in (collections.Counter, collections.deque, list, dict, set, bytearray):
        if plain in mro:
            return EXACT[plain]
    if type(value).__name__ == "ndarray" and plain_values.dtype_of(value):
        return ARRAY
    return None


def made(name, form):
    """An empty container of a kind."""
    if type(name) is not str or name not in KINDS:
        raise wire.BadFrame("a container of no kind")
    return KINDS[name].made(form)


def is_content(kind, content):
    """Whether what came is a content that a container of this kind can have."""
    return type(content) is (bytes if isinstance(kind, Bytes) else list)
