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
        number = len(self.sources)
        test = node.test
        self.sources.append(test)
        if any(isinstance(part, ast.NamedExpr) for part in ast.walk(test)):
            # Evaluated where it stands: a lambda would keep the name that it binds to itself.
            value = ast.copy_location(ast.Assign([ast.Name("__value__", ast.Store())], test), node)
            return [value, recording(node, number, ast.Name("__value__", ast.Load()))]
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return recording(node, number, test.left, type(test.ops[0]).__name__, lambda_of(test.comparators[0]))
        return recording(node, number, test)


def recording(node, number, left, operator_name=None, right=ast.Constant(None)):
    arguments = [ast.Constant(number), lambda_of(left), ast.Constant(operator_name), right]
    call = ast.Call(func=ast.Name("__check__", ast.Load()), args=arguments, keywords=[])
    return ast.copy_location(ast.Expr(call), node)


def lambda_of(expression):
    none = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Lambda(args=none, body=expression)
