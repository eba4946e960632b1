# Tries: to reach JavaScript: by name, by what the garbage collector knows, by making the hidden modules again, by old finders.
# Held: crashed raised failed
# Variants: 8
import builtins, gc, importlib.machinery, sys, types
import _imp

def things(kind):
    return [thing for thing in gc.get_objects() if type(thing).__name__ == kind]

def core():
    spec = importlib.machinery.ModuleSpec("_pyodide_core", importlib.machinery.BuiltinImporter)
    module = _imp.create_builtin(spec)
    _imp.exec_builtin(module)
    return module

def functions(name):
    every = [thing for thing in gc.get_objects() if isinstance(thing, (types.FunctionType, types.BuiltinFunctionType))]
    return [thing for thing in every if thing.__name__ == name]

def kinds(name):
    found, left = [], [object]
    while left:
        kind = left.pop()
        left += type.__subclasses__(kind)
        found += [kind] if kind.__name__ == name else []
    return found

def reach():
    if VARIANT == 0:
        import js
        return js.process.exit(0)
    if VARIANT == 1:
        proxies = things("JsProxy") + [value for module in things("module") for value in vars(module).values() if "Js" in type(value).__name__]
        return [proxy.constructor.constructor("return process")().env for proxy in proxies]
    if VARIANT == 2:
        return core().to_js([1, 2]).constructor.constructor("return process")()
    if VARIANT == 3:
        sys.meta_path[:0] = things("JsFinder") or [1 / 0]
        return __import__("js").fetch
    if VARIANT == 4:
        return [run("process.exit(0)") for run in functions("run_js")]
    if VARIANT == 5:
        return [kind.new() if hasattr(kind, "new") else kind() for kind in kinds("JsProxy") + kinds("JsObject") + kinds("JsException")]
    if VARIANT == 6:
        for proxy in things("JsProxy"):
            setattr(proxy.__proto__ if hasattr(proxy, "__proto__") else proxy, "polluted", 1)
    if VARIANT == 7:
        return core().create_proxy(reach), core().raw_call

def f(x):
    return repr(reach())
