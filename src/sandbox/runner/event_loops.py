"""What test files write with `async`: runs it in event loops. asyncio is imported where that is needed."""

import functools
import inspect
import types


def finished(value):
    """What comes of a coroutine, in an event loop of its own; any other value as it is."""
    if type(value) is not types.CoroutineType:
        return value
    import asyncio

    return asyncio.run(value)


def is_asynchronous(function):
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def heard(function, note):
    """A function, asynchronous or not, that raises what note() makes of what it raises."""

    @functools.wraps(function)
    def call(*arguments, **keywords):
        try:
            return function(*arguments, **keywords)
        except BaseException as error:
            raise note(error)

    @functools.wraps(function)
    async def call_asynchronously(*arguments, **keywords):
        try:
            return await function(*arguments, **keywords)
        except BaseException as error:
            raise note(error)

    return call_asynchronously if inspect.iscoroutinefunction(function) else call


class Loops:
    """The event loops of a test file under pytest: one for each test, one for what several tests share."""

    def __init__(self):
        self.opened = {}

    def run(self, owner, coroutine):
        """Runs a coroutine in the loop of an owner, which is opened where it has none."""
        import asyncio

        loop = self.opened.get(owner)
        if loop is None:
            loop = self.opened[owner] = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(coroutine)

    def close(self, owner):
        """Ends what still runs in the loop of an owner, if it has one."""
        loop = self.opened.pop(owner, None)
        if loop is None:
            return
        import asyncio

        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()


def plugin(pytest):
    """What runs asynchronous tests and fixtures in a session of pytest."""
    pytest.hookimpl(tryfirst=True)(AsynchronousTests.pytest_pyfunc_call)
    for name in ("pytest_fixture_setup", "pytest_runtest_protocol"):
        pytest.hookimpl(hookwrapper=True)(getattr(AsynchronousTests, name))
    return AsynchronousTests()


class AsynchronousTests:
    """
    Runs asynchronous tests and fixtures, whatever their marks: a test and its fixtures in an event loop of their own, or in one for the
    whole file where a fixture lives longer than the test, or the test is marked so.
    """

    def __init__(self):
        self.loops = Loops()

    def pytest_pyfunc_call(self, pyfuncitem):
        if not inspect.iscoroutinefunction(pyfuncitem.obj):
            return None
        arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        self.loops.run(owner_of(pyfuncitem), pyfuncitem.obj(**arguments))
        return True

    def pytest_fixture_setup(self, fixturedef, request):
        function = fixturedef.func
        if is_asynchronous(function):
            owner = owner_of(request.node) if fixturedef.scope == "function" else None
            fixturedef.func = self.synchronous(bound_to(request.instance, function), owner)
        yield
        fixturedef.func = function

    def pytest_runtest_protocol(self, item, nextitem):
        yield
        self.loops.close(item.nodeid)
        if nextitem is None:
            self.loops.close(None)

    def synchronous(self, function, owner):
        """The same fixture as a function or generator that runs the loop of its owner itself."""

        def value(**arguments):
            return self.loops.run(owner, function(**arguments))

        def values(**arguments):
            generator = function(**arguments)
            yield self.loops.run(owner, generator.__anext__())
            try:
                self.loops.run(owner, generator.__anext__())
            except StopAsyncIteration:
                return
            raise ValueError("an asynchronous fixture yields once")

        return values if inspect.isasyncgenfunction(function) else value


def owner_of(item):
    """Whose event loop a test runs in: its own, or that of the file (None)."""
    mark = item.get_closest_marker("asyncio")
    scope = mark and (mark.kwargs.get("loop_scope") or mark.kwargs.get("scope"))
    fixtures = [found[-1] for found in item._fixtureinfo.name2fixturedefs.values()]
    lives_longer = any(fixture.scope != "function" and is_asynchronous(fixture.func) for fixture in fixtures)
    return None if lives_longer or scope not in (None, "function") else item.nodeid


def bound_to(instance, function):
    """A fixture of a test class as the method of the test's own instance."""
    plain = getattr(function, "__func__", function)
    return function if instance is None or plain is function else plain.__get__(instance)
