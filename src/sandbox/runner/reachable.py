"""What of a file can run when the file is executed."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# With these a file may call a function whose name it does not say.
BY_ANY_NAME = {"globals", "locals", "vars", "eval", "exec", "getattr", "dir", "inspect"}


def has_check_of_candidate(tree):
    """Whether the file defines `check(candidate)` for others to call: a function that one argument fits, and no helper of its own."""
    functions = [node for node in tree.body if isinstance(node, FUNCTIONS) and node.name == "check"]
    others = (part for node in tree.body if node not in functions for part in ast.walk(node))
    is_used = any(isinstance(part, ast.Name) and part.id == "check" for part in others)
    return bool(functions) and not is_used and takes_one(functions[-1].args)


def takes_one(parameters):
    positional = [*parameters.posonlyargs, *parameters.args]
    return len(positional) - len(parameters.defaults) <= 1 and bool(positional or parameters.vararg)


def can_check(tree):
    """Whether an assertion stands outside of every function, or in one that what is executed refers to, or in `check(candidate)`."""
    if not any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
        return False
    functions = {}
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            functions.setdefault(node.name, []).append(node)
    names = {"check"} if has_check_of_candidate(tree) else set()
    reached, waiting = set(), [tree]
    while waiting:
        for node in executed(waiting.pop()):
            if isinstance(node, ast.Assert):
                return True
            names |= names_of(node)
        if names & BY_ANY_NAME:
            return True
        for name in names & functions.keys() - reached:
            reached.add(name)
            waiting += functions[name]
    return False


def executed(node):
    """What runs with a module or a function: all within it but the bodies of the functions that it defines."""
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        part = waiting.pop()
        yield part
        waiting += [part.args, *part.decorator_list] if isinstance(part, FUNCTIONS) else ast.iter_child_nodes(part)


def names_of(node):
    """The functions that a part refers to; a decorated one may be called by its decorator, one of Python's own names by Python."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    if isinstance(node, FUNCTIONS) and (node.decorator_list or node.name.startswith("__")):
        return {node.name}
    return set()
