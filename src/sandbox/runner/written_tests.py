"""What the text of a test file says of its tests: which there are, and which may be skipped or are expected to fail."""

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SKIPS = frozenset("skip skipif skipIf skipUnless skipTest SkipTest Skipped importorskip".split())
EXPECTED_FAILURES = frozenset(("xfail", "expectedFailure"))
# Decorators of these, or defined in the file, say in the file what they do.
KNOWN = frozenset("pytest unittest mock patch staticmethod classmethod functools wraps asyncio contextlib".split())
# With these a file decides itself which of its tests are collected.
CHOOSING = frozenset("__test__ load_tests pytest_generate_tests collect_ignore setattr globals".split())


class WrittenTests:
    """The tests of a file by name: `test_a`, `TestB.test_c`."""

    def __init__(self, tree):
        self.tree = tree
        self.functions = {}
        for node in ast.walk(tree):
            if isinstance(node, FUNCTIONS) and node.name.startswith("test"):
                self.functions.setdefault(node.name, []).append(node)
        self.own = {node.name for node in ast.walk(tree) if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
        self.skips, self.expected_failures = (self.with_other_names(words) for words in (SKIPS, EXPECTED_FAILURES))

    def with_other_names(self, words):
        """The words, and the names under which the file imports what they mean or keeps it for later."""
        words = set(words)
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                words |= {alias.asname for alias in node.names if alias.asname and alias.name.split(".")[-1] in words}
            elif isinstance(node, ast.Assign) and names_in(node.value) & words:
                words |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        return words

    def may_skip(self, test):
        return self.says(test, self.skips)

    def may_fail(self, test):
        return self.says(test, self.expected_failures)

    def says(self, test, words):
        """Whether a test, or what is no test, holds one of the words; or a decorator that the file does not define decorates it."""
        functions = self.functions.get(test.rpartition(".")[2].partition("[")[0], [self.tree])
        if any(names_in(function) & words or self.has_foreign_decorator(function) for function in functions):
            return True
        return bool(names_in_all(outside_of_tests(self.tree)) & words)

    def has_foreign_decorator(self, node):
        return any(root_of(decorator) not in KNOWN | self.own for decorator in getattr(node, "decorator_list", ()))

    def is_skip(self, statement):
        """Whether a statement of the file asks for a skip itself."""
        return statement is None or bool(names_in(statement) & self.skips)

    def unstarted(self, started):
        """A test that stands plainly in the file and was not started; None where all were, or the file itself chooses among them."""
        if names_in(self.tree) & CHOOSING or names_in_all(outside_of_tests(self.tree)) & self.skips:
            return None
        deleted = {target.id for node in ast.walk(self.tree) if isinstance(node, ast.Delete) for target in node.targets if isinstance(target, ast.Name)}
        return next((name for name in self.plain_names() if name not in started and name.partition(".")[0] not in deleted), None)

    def plain_names(self):
        for node in self.tree.body:
            if is_plain_test(node):
                yield node.name
            elif isinstance(node, ast.ClassDef) and is_plain_class(node):
                yield from (f"{node.name}.{part.name}" for part in node.body if is_plain_test(part))


def is_plain_test(node):
    return isinstance(node, FUNCTIONS) and node.name.startswith("test") and not node.decorator_list


def is_plain_class(node):
    bases = [ast.unparse(base) for base in node.bases]
    has_init = any(isinstance(part, FUNCTIONS) and part.name == "__init__" for part in node.body)
    is_test_case = bool(bases) and all(base.endswith("TestCase") for base in bases)
    return not node.decorator_list and not node.keywords and not has_init and (is_test_case or not bases and node.name.startswith("Test"))


def outside_of_tests(tree):
    """Every part of a file but its imports and its test functions."""
    waiting = list(ast.iter_child_nodes(tree))
    while waiting:
        part = waiting.pop()
        if isinstance(part, (ast.Import, ast.ImportFrom)) or isinstance(part, FUNCTIONS) and part.name.startswith("test"):
            continue
        yield part
        waiting += ast.iter_child_nodes(part)


def names_in(tree):
    return names_in_all(ast.walk(tree))


def names_in_all(nodes):
    return {node.id if isinstance(node, ast.Name) else node.attr for node in nodes if isinstance(node, (ast.Name, ast.Attribute))}


def root_of(decorator):
    while isinstance(decorator, (ast.Call, ast.Attribute)):
        decorator = decorator.func if isinstance(decorator, ast.Call) else decorator.value
    return getattr(decorator, "id", None)
