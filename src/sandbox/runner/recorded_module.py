"""The module that a test file becomes, with every assertion recorded."""

import ast
import builtins
import sys
import types

import failures
import recorder


def empty(run, name, check):
    """A module of that name without the file's own definitions; `check` is given each assertion."""
    run.open_file("<tests>")
    module = sys.modules[name] = types.ModuleType(name)
    module.__dict__.update(__builtins__=builtins, __check__=check, __file__=run.file.path)
    return module


def compiled(run, assertions):
    """The file with recorded assertions; as it is where one cannot be recorded. `await` may stand outside of functions, as in doctests."""
    transformer = recorder.Recorder()
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        tree = ast.fix_missing_locations(transformer.visit(ast.parse(run.source)))
        code = compile(tree, run.file.path, "exec", flags, dont_inherit=True)
    except SyntaxError:
        return compile(run.source, run.file.path, "exec", flags, dont_inherit=True)
    assertions.extend(ast.Assert(test) for test in transformer.sources)
    return code


def check(_number, left, name, right):
    """An assertion inside of a test: fails with the values that it compared."""
    actual = left()
    if name is None:
        symbol = expected = None
        holds = bool(actual)
    else:
        symbol, compare = recorder.OPERATORS[name]
        expected = right()
        holds = bool(compare(actual, expected))
    if not holds:
        error = failures.RecordedFailure()
        error.values = failures.Values(actual, symbol, expected)
        raise error
