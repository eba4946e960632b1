"""Turns assertions into recorded checks: judge and candidates' side share it.

`assert L op R` becomes `__check__(number, lambda: L, "op", lambda: R)`, so that the actual and the expected value of a
failure are known.
"""

import ast
import operator

OPERATORS = {
    "Eq": ("==", operator.eq),
    "NotEq": ("!=", operator.ne),
    "Lt": ("<", operator.lt),
    "LtE": ("<=", operator.le),
    "Gt": (">", operator.gt),
    "GtE": (">=", operator.ge),
    "Is": ("is", operator.is_),
    "IsNot": ("is not", operator.is_not),
    "In": ("in", lambda left, right: left in right),
    "NotIn": ("not in", lambda left, right: left not in right),
}


class Recorder(ast.NodeTransformer):
    """Turns assertions into recorded checks; `sources` are their texts by number."""

    def __init__(self):
        self.sources = []

    def visit_Assert(self, node):
        number, test = len(self.sources), node.test
        self.sources.append(test)
        compares = isinstance(test, ast.Compare) and len(test.ops) == 1
        name = type(test.ops[0]).__name__ if compares else None
        sides = [test.left, test.comparators[0]] if compares else [test]
        if not any(map(stays_in_place, ast.walk(test))):
            return recording(node, number, name, sides)
        value = ast.Assign([ast.Name("__value__", ast.Store())], ast.Tuple(sides, ast.Load()))
        parts = [ast.Subscript(ast.Name("__value__", ast.Load()), ast.Constant(place), ast.Load()) for place in range(len(sides))]
        return [ast.copy_location(value, node), recording(node, number, name, parts)]


def stays_in_place(node):
    """Whether a part of an assertion means something else in a lambda, or nothing: it binds a name, waits, yields or looks around."""
    if isinstance(node, ast.Name):
        return node.id in ("super", "locals", "eval", "exec")
    is_waiting = isinstance(node, ast.comprehension) and node.is_async
    return is_waiting or isinstance(node, (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom))


def recording(node, number, name, sides):
    right = lambda_of(sides[1]) if len(sides) > 1 else ast.Constant(None)
    arguments = [ast.Constant(number), lambda_of(sides[0]), ast.Constant(name), right]
    call = ast.Call(func=ast.Name("__check__", ast.Load()), args=arguments, keywords=[])
    return ast.copy_location(ast.Expr(call), node)


def lambda_of(expression):
    none = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(args=none, body=expression)
