"""What stands in a test for the candidate's functions and objects; `link` carries what is done to them."""


class Proxy:
    """Stands in the test for a function or class of the candidate."""

    def __init__(self, link, name):
        self._link, self.__name__ = link, name

    def __call__(self, *arguments, **keywords):
        return self._link.call(self.__name__, arguments, keywords)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._link.request("global", self.__name__), name)

    def __reduce__(self):
        raise TypeError("a function of the candidate cannot be copied")


class Handle:
    """Stands in the test for an object that cannot travel; never equal to anything but itself."""

    __slots__ = ("_link", "_number", "_kind", "_text")

    def __init__(self, link, number, kind, text):
        self._link, self._number, self._kind, self._text = link, number, kind[:100], text

    def _ask(self, operation, *arguments):
        return self._link.request(operation, self._number, arguments)

    def __call__(self, *arguments, **keywords):
        return self._link.request("call-handle", self._number, arguments, keywords)

    def __iter__(self):
        iterator, step = self._ask("iterate")
        while True:
            items = iterator._ask("take", step)
            yield from items
            if len(items) < step:
                return

    def __next__(self):
        for item in self._ask("take", 1):
            return item
        raise StopIteration

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._ask("attribute", name)

    def __getitem__(self, key):
        return self._ask("item", key)

    def __len__(self):
        return int(self._ask("length"))

    def __bool__(self):
        return self._ask("truth") is True

    def __reduce__(self):
        raise TypeError("a handle cannot be copied")

    def __repr__(self):
        return self._text

    def __str__(self):
        return self._ask("text")
