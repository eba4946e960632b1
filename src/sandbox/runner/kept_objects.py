"""The objects that stay with the candidate while the judge holds a number for each, and the test's own as they stand here."""

import builtins

import abilities
import describe
import wire

MOST_NESTED_ERRORS = 20


# What Python's own exceptions hold beside their arguments.
FIELDS = {OSError: ("filename", "filename2"), ImportError: ("name", "path"), NameError: ("name",), AttributeError: ("name",)}


class TestFunction:
    """Stands here for a function of the test: calls of it go to the judge."""

    def __init__(self, ask, number, name, text, doc):
        self.ask, self.number, self.text = ask, number, text
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc

    def __call__(self, *arguments, **keywords):
        return self.ask(self.number, arguments, keywords)

    def __repr__(self):
        return self.text

    def __reduce__(self):
        raise TypeError("a function of the test cannot be copied")


class TestIterator:
    """Stands here for an iterator of the test, which the judge takes each item from."""

    def __init__(self, ask, number):
        self.ask, self.number = ask, number

    def __iter__(self):
        return self

    def __next__(self):
        for item in self.ask(self.number, (), {}):
            return item
        raise StopIteration


class Kept:
    def __init__(self, ask):
        self.ask = ask
        self.objects, self.numbers, self.classes = [], {}, {}
        # Functions that the judge knows by their name in the module.
        self.named = {}
        # Exceptions that are being told of, each within the one before.
        self.telling = []

    def name(self, thing, name):
        """Notes the name under which the judge knows a function."""
        if not issubclass(type(thing), type):
            self.named[id(thing)] = name

    def number(self, thing):
        number = self.numbers.setdefault(id(thing), len(self.objects))
        if number == len(self.objects):
            self.objects.append(thing)
        return number

    def is_record(self, kind):
        """Whether a class is one of named tuples."""
        fields = getattr(kind, "_fields", None)
        return type(fields) is tuple and len(fields) == len(set(fields)) and tuple in abilities.mro_of(kind)

    def keep(self, thing, plain):
        """The mark for an object that cannot travel; plain() makes plain data of what belongs to it."""
        kind = type(thing)
        if id(thing) in self.named:
            return wire.Mark("named", self.named[id(thing)])
        if kind is TestFunction or kind is TestIterator:
            return wire.Mark("test", thing.number)
        if issubclass(kind, type):
            return self.class_mark(thing)
        if issubclass(kind, BaseException):
            return self.error_mark(thing, plain)
        return wire.Mark("object", self.number(thing), self.class_mark(kind), describe.value_text(thing))

    def class_mark(self, kind):
        """Tells of a class: what the judge's stand-in for it has to be like."""
        mark = self.classes.get(id(kind))
        if mark is None:
            name = str(abilities.name_of(kind))[:100]
            built_in = name if abilities.BUILT_IN.get(name) is kind else None
            bases = [base for base in abilities.bases_of(kind) if base is not object] if built_in is None else []
            told = tuple(self.base(base) for base in bases)
            own = abilities.of(type(kind)) if type(kind) is not type else ()
            mark = wire.Mark("class", self.number(kind), name, abilities.of(kind), own, built_in, told)
            self.classes[id(kind)] = mark
        return mark

    def base(self, kind):
        """A base of a class: the name of an exception that Python has, else told of as a class."""
        name = abilities.name_of(kind)
        return name if getattr(builtins, name, None) is kind and issubclass(kind, BaseException) else self.class_mark(kind)

    def error_mark(self, error, plain):
        """Tells of an exception: its class, arguments, own attributes, text, and the exceptions in it and behind it."""
        if any(error is other for other in self.telling) or len(self.telling) == MOST_NESTED_ERRORS:
            return None
        self.telling.append(error)
        try:
            kind = self.base(type(error))
            inner = tuple(plain(part) for part in error.exceptions) if isinstance(error, GROUP) else ()
            own = {key: value for key, value in vars(error).items() if type(key) is str} if type(kind) is str else {}
            fields = [name for base, names in FIELDS.items() if isinstance(error, base) for name in names]
            own |= {name: getattr(error, name) for name in fields if getattr(error, name) is not None}
            arguments = plain(BaseException.args.__get__(error))
            text, behind = describe.message_text(error), plain(error.__cause__)
            return wire.Mark("error", self.number(error), kind, arguments, plain(own), text, inner, behind)
        finally:
            self.telling.pop()

    def record_mark(self, value, items):
        """Tells of a named tuple: its class, the names of its fields, and its items."""
        kind = type(value)
        return wire.Mark("record", self.number(kind), str(abilities.name_of(kind))[:100], tuple(map(str, kind._fields)), items)

    def restore(self, kind, *parts):
        """What a mark of the judge's stands for."""
        if kind == "object":
            return self.objects[parts[0]]
        if kind == "test function":
            return TestFunction(self.ask, *parts)
        if kind == "record":
            number, items = parts
            return tuple.__new__(self.objects[number], items)
        if kind == "test iterator":
            return TestIterator(self.ask, *parts)
        if kind == "view":
            name, content = parts
            return getattr(content, name)()
        name, arguments = parts
        return getattr(builtins, name, RuntimeError)(*arguments)


GROUP = getattr(builtins, "BaseExceptionGroup", ())
