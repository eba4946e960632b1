"""What stands in a test for the candidate's functions, classes, objects and exceptions; a link carries what is done to them.

A stand-in has the special methods that the candidate's object has, and no others. What could see a value that the test expects (a
comparison with it, arithmetic on it, `in`) is never asked of the candidate.
"""

import builtins
import collections

import abilities
import checks
import wire

ITEMS_AT_ONCE = 1000


class Stand:
    """What a stand-in stands for: the object under a number, or under the name that the candidate's module has for it."""

    __slots__ = ("link", "number", "name", "text")

    def __init__(self, link, number, name, text):
        self.link, self.number, self.name, self.text = link, number, name, text

    def ask(self, operation, *arguments):
        return self.link.request(operation, self.number, arguments)


def stand_of(thing):
    """The Stand of a stand-in; None for anything else."""
    kind = type(thing)
    if issubclass(kind, ClassOfCandidate):
        return type.__getattribute__(thing, "_greenloop_class_")
    if issubclass(kind, Handle):
        return OF_HANDLE(thing)
    if issubclass(kind, BaseException):
        return object.__getattribute__(thing, "__dict__").get("_greenloop_")
    return None


def asked(name):
    """An attribute that Python gives every class by itself, as the candidate's object has it."""
    return property(lambda self: attribute(self, name))


def attribute(self, name):
    return stand_of(self).ask("attribute", name)


def set_attribute(self, name, value):
    stand_of(self).ask("set-attribute", name, value)


def delete_attribute(self, name):
    stand_of(self).ask("delete-attribute", name)


class ClassOfCandidate(type):
    """The class of stand-ins for the candidate's classes."""

    def __new__(meta, name, bases, namespace, **options):
        raise checks.OutOfReach(f"a test makes a subclass of {bases[0].__name__}, a class of the code")

    def __call__(self, *arguments, **keywords):
        return called(self, arguments, keywords)

    __getattr__, __setattr__, __delattr__ = attribute, set_attribute, delete_attribute

    def __repr__(self):
        return stand_of(self).text

    def __reduce__(self):
        raise TypeError("a class of the code cannot be copied")

    __doc__ = asked("__doc__")
    __module__ = asked("__module__")


class Handle:
    """Stands for an object that cannot travel."""

    __slots__ = ("_greenloop_",)

    __getattr__, __setattr__, __delattr__ = attribute, set_attribute, delete_attribute

    def __repr__(self):
        stand = stand_of(self)
        return stand.text if stand.link.is_reporting else stand.ask("representation")

    def __str__(self):
        return stand_of(self).ask("text")

    def __format__(self, form):
        return stand_of(self).ask("format", form)

    def __dir__(self):
        return stand_of(self).ask("names")

    def __copy__(self):
        return stand_of(self).ask("copy")

    def __deepcopy__(self, _memo):
        return stand_of(self).ask("deepcopy")

    def __reduce__(self):
        raise TypeError("an object of the code cannot be copied")

    def __reduce_ex__(self, _protocol):
        raise TypeError("an object of the code cannot be copied")



OF_HANDLE = Handle._greenloop_.__get__
put_stand = Handle._greenloop_.__set__


def called(self, arguments, keywords):
    stand = stand_of(self)
    return stand.link.call(stand, arguments, keywords)


def method_call(name):
    """A special method that the candidate's object is asked for like any other method."""

    def method(self, *arguments, **keywords):
        stand = stand_of(self)
        return stand.link.request("method", stand.number, (name, *arguments), keywords)

    return method


def operator_call(name):
    """An operator, which sees stand-ins only: the other side may be what the test expects."""

    def method(self, other, *rest):
        stand = stand_of(self)
        if stand_of(other) is not None:
            return stand.link.request("method", stand.number, (name, other, *rest))
        stand.link.note_out_of_reach(f"they use {name} of an object of the code with data of their own")
        return NotImplemented

    return method


def iterate(self):
    iterator = stand_of(self).ask("iterate")
    return iterator if iterator is self or stand_of(iterator) is None else items_of(stand_of(iterator))


def items_of(stand):
    """What a fresh iterator gives, some at a time."""
    while True:
        items = stand.ask("take", ITEMS_AT_ONCE)
        yield from items
        if len(items) < ITEMS_AT_ONCE:
            return


def next_item(self):
    for item in stand_of(self).ask("take", 1):
        return item
    raise StopIteration


def contains(self, item):
    """As `in` asks; what is no stand-in is looked for among the items here."""
    stand = stand_of(self)
    if stand_of(item) is not None:
        return stand.ask("method", "__contains__", item)
    if hasattr(type(self), "__iter__"):
        return any(item is other or item == other for other in self)
    stand.link.note_out_of_reach("they look for data of their own in an object of the code")
    raise TypeError(f"argument of type {type(self).__name__!r} is not iterable")


def leave(self, _kind=None, error=None, _trace=None):
    """`__exit__`, which is told of an exception without the way that it took here."""
    return stand_of(self).ask("leave", error)


SPECIAL = {
    **{name: method_call(name) for name in abilities.CALLS},
    **{name: operator_call(name) for name in (*abilities.OPERATORS, *abilities.COMPARISONS)},
    "__call__": lambda self, *arguments, **keywords: called(self, arguments, keywords),
    "__exit__": leave,
    "__iter__": iterate,
    "__next__": next_item,
    "__contains__": contains,
    "__bool__": lambda self: stand_of(self).ask("truth") is True,
    "__hash__": method_call("__hash__"),
}


def special_methods(names):
    """The special methods of a stand-in's class."""
    methods = {name: SPECIAL[name] for name in names if name in SPECIAL}
    if "__hash__" not in methods:
        methods["__hash__"] = None if abilities.WITHOUT_HASH in names else object.__hash__
    return methods


META_CLASSES = {(): ClassOfCandidate}


def meta_class(names):
    """The class of the classes of candidates whose own class has these special methods, as an enumeration's has."""
    if names not in META_CLASSES:
        methods = {name: method for name, method in special_methods(names).items() if name not in ("__hash__", "__call__", "__dir__")}
        META_CLASSES[names] = type("ClassOfCandidate", (ClassOfCandidate,), methods)
    return META_CLASSES[names]


def class_for(link, number, name, names, own_names, built_in, bases):
    """A stand-in for one of the candidate's classes."""
    bases = tuple(built_in_error(base) if type(base) is str else base for base in bases)
    is_error = any(issubclass(base, BaseException) for base in bases)
    namespace = {**special_methods(names), "__doc__": asked("__doc__"), "__module__": asked("__module__")}
    if is_error:
        namespace["__str__"] = lambda self: stand_of(self).text
        namespace["__getattr__"] = attribute
    else:
        namespace["__slots__"] = ()
        bases = tuple(base for base in bases if issubclass(base, Handle)) or (Handle,)
    if built_in is not None:
        kind = abilities.BUILT_IN[built_in]
        namespace["__class__"] = property(lambda self: kind)
    made = type.__new__(meta_class(own_names), name, bases, namespace)
    type.__setattr__(made, "_greenloop_class_", Stand(link, number, name, f"<class {name!r}>"))
    return made


def record_class(number, name, fields):
    """The class of named tuples like the candidate's; tuples to everything that compares them."""
    kind = collections.namedtuple("Record", fields, rename=True)
    kind.__name__ = kind.__qualname__ = name
    kind._greenloop_number_ = number
    return kind


def handle_of(kind, stand):
    """A stand-in for an object of a class."""
    handle = object.__new__(kind)
    put_stand(handle, stand)
    return handle


class Function(Handle):
    # Stands for a function of the candidate's module, by its name.
    __slots__ = ()
    __doc__ = asked("__doc__")
    __module__ = asked("__module__")
    __class__ = property(lambda self: type(called))

    def __call__(self, *arguments, **keywords):
        return called(self, arguments, keywords)


def function_named(link, name):
    function = object.__new__(Function)
    put_stand(function, Stand(link, name, name, f"<function {name}>"))
    return function


def built_in_error(name):
    """A class of Python's exceptions, by its name."""
    kind = getattr(builtins, name, None)
    if not isinstance(kind, type) or not issubclass(kind, BaseException):
        raise wire.BadFrame(f"an exception of the class {name[:40]}")
    return kind


class Opaque:
    """A function of the test as the test's functions get it back from the candidate: it can be called, and shows nothing of itself."""

    __slots__ = ("_function",)

    def __call__(self, *arguments, **keywords):
        return OF_OPAQUE(self)(*arguments, **keywords)

    def __getattribute__(self, name):
        raise AttributeError(name)

    def __setattr__(self, name, value):
        raise AttributeError(name)


OF_OPAQUE = vars(Opaque)["_function"].__get__
put_function = vars(Opaque)["_function"].__set__


def opaque(function):
    """A function of the test, hidden."""
    made = object.__new__(Opaque)
    put_function(made, function)
    return made
