"""The special methods that an object may have: a stand-in of the judge's has those that the candidate's object has, and no others."""

import types

ARITHMETIC = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift", "rshift", "and", "xor", "or")
# Those that see another value, which may be what a test expects: the candidate is asked of its own objects only.
OPERATORS = (
    *(f"__{prefix}{name}__" for prefix in ("", "r") for name in ARITHMETIC),
    *(f"__i{name}__" for name in ARITHMETIC if name != "divmod"),
)
COMPARISONS = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
# Those that are called as any method is.
CALLS = (
    "__call__", "__len__", "__getitem__", "__setitem__", "__delitem__", "__enter__", "__exit__", "__reversed__", "__neg__",
    "__pos__", "__abs__", "__invert__", "__int__", "__float__", "__complex__", "__index__", "__round__", "__trunc__", "__floor__",
    "__ceil__", "__bytes__", "__fspath__", "__length_hint__", "__dir__", "__instancecheck__", "__subclasscheck__",
)
ITERATION = ("__iter__", "__next__", "__contains__", "__bool__", "__hash__")
# Not a method: its class says that it has no hash.
WITHOUT_HASH = "no hash"
KNOWN = frozenset((*OPERATORS, *COMPARISONS, *CALLS, *ITERATION))
# Of `object` or `type` themselves, and so of every object or class.
OF_ALL = {
    name: {vars(kind)[name] for kind in (object, type, BaseException) if name in vars(kind)}
    for name in (*COMPARISONS, "__hash__", "__dir__", "__call__", "__or__", "__ror__", "__instancecheck__", "__subclasscheck__")
}
# Built-in classes that a test may ask an object for, as `isinstance(x, types.GeneratorType)`.
BUILT_IN = {
    kind.__name__: kind
    for kind in (
        types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType, types.ModuleType, types.SimpleNamespace,
        types.MappingProxyType, types.CoroutineType, types.AsyncGeneratorType, type({}.keys()), type({}.values()), type({}.items()),
        map, filter, zip, enumerate, reversed, memoryview, object, property, staticmethod, classmethod, slice,
        type(iter([])), type(iter(())), type(iter("")), type(iter({})), type(iter(set())), type(iter(range(0))),
    )
}


# Read past whatever a class of the candidate's says of itself.
mro_of = type.__dict__["__mro__"].__get__
bases_of = type.__dict__["__bases__"].__get__
namespace_of = type.__dict__["__dict__"].__get__
name_of = type.__dict__["__name__"].__get__


def of(kind):
    """The names of the known special methods that a class gives its instances, beyond those that all have."""
    names = []
    for name in KNOWN:
        method = next((namespace_of(base)[name] for base in mro_of(kind) if name in namespace_of(base)), None)
        if method is not None and method not in OF_ALL.get(name, ()):
            names.append(name)
    hashes = (namespace_of(base)["__hash__"] for base in mro_of(kind) if "__hash__" in namespace_of(base))
    if next(hashes, None) is None:
        names.append(WITHOUT_HASH)
    return tuple(sorted(names))
