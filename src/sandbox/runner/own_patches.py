"""Which names of Python and of the test framework a test file replaces itself, so that they are not put back while it runs."""

import ast

MODULES = ("builtins", "__builtins__", "sys", "unittest", "pytest", "_pytest")


def patched_names(tree, modules=MODULES):
    """Names that the file stores in what it has of those modules, or names in a text or as a keyword beside one of them."""
    known = names_of_modules(tree, modules)
    speaks_of_builtins = any(is_of_modules(node, {"builtins", "__builtins__"}) for node in ast.walk(tree))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and mentions(node.value, known):
            names.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # patch("builtins.input"), and setattr(builtins, name, ...) in a loop over names.
            module, _point, name = node.value.rpartition(".")
            if not known.isdisjoint(module.split(".")) if module else speaks_of_builtins:
                names.add(name)
        elif isinstance(node, ast.Call) and (is_setattr(node) or any(mentions(argument, known) for argument in node.args)):
            # setattr(unittest.TestCase, "assertOdd", ...), patch.multiple("builtins", input=...)
            names |= {part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)}
            names |= {keyword.arg for keyword in node.keywords if keyword.arg}
    return frozenset(names)


def is_setattr(call):
    """Whatever it sets: a loop over modules does not say their names."""
    return isinstance(call.func, (ast.Name, ast.Attribute)) and getattr(call.func, "id", getattr(call.func, "attr", "")) == "setattr"


def mentions(tree, known):
    return any(is_of_modules(part, known) for part in ast.walk(tree))


def names_of_modules(tree, modules):
    """The names under which the file has those modules, what it imports of them, and what is assigned straight from those."""
    known = set(modules)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname for alias in node.names if alias.asname and alias.name.split(".")[0] in modules}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in modules:
            known |= {alias.asname or alias.name for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and mentions(node.value, known):
            known |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return known


def is_of_modules(node, known):
    """Whether a part of the file is one of the names, or the text of one: `sys.modules["builtins"]`, `f"builtins.{name}"`."""
    if isinstance(node, ast.Name):
        return node.id in known
    if isinstance(node, ast.Import):
        return any(alias.name in known for alias in node.names)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.split(".")[0] in known
