"""A plugin of pytest that reports every test to greenloop."""

import greenloop_report
import pytest

values = None
failures = {}


def pytest_configure(config):
    greenloop_report.tell_of_tests({"event": "runner", "name": "pytest"})


def pytest_collectstart(collector):
    greenloop_report.current = collector.nodeid


def pytest_exception_interact(node, call, report):
    if isinstance(node, pytest.Collector):
        error = call.excinfo.value
        failures[report.nodeid] = greenloop_report.failure_of(error.__cause__ or error, None)


def pytest_collectreport(report):
    greenloop_report.current = None
    if report.failed:
        failure = failures.pop(report.nodeid, None) or of_text(report)
        greenloop_report.tell_of_tests({"event": "test", "id": report.nodeid, "kind": "collect", "outcome": "failed", "file": None, "name": None, "failure": failure})


def pytest_runtest_logstart(nodeid, location):
    global values
    greenloop_report.current, values = nodeid, None
    greenloop_report.tell_of_tests({"event": "started", "id": nodeid})


def pytest_assertrepr_compare(op, left, right):
    global values
    values = [greenloop_report.value_text(left), op, greenloop_report.value_text(right)]


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    path = str(getattr(item, "path", None) or item.fspath)
    report.greenloop = [path, getattr(item, "originalname", None) or item.name, name_of_class(item)]
    if report.failed and call.excinfo is not None:
        failure = greenloop_report.failure_of(call.excinfo.value, path)
        report.greenloop_failure = {**failure, "values": values}


def name_of_class(item):
    kind = getattr(item, "cls", None)
    return None if kind is None else kind.__qualname__


def pytest_runtest_logreport(report):
    if report.when != "call" and not report.failed and not (report.when == "setup" and report.skipped):
        return
    path, name, of_class = getattr(report, "greenloop", None) or (None, None, None)
    greenloop_report.tell_of_tests({
        "event": "test",
        "id": report.nodeid,
        "kind": "test",
        "outcome": report.outcome,
        "file": path,
        "name": name if of_class is None or name is None else f"{of_class}.{name}",
        "failure": (getattr(report, "greenloop_failure", None) or of_text(report)) if report.failed else None,
    })


def of_text(report):
    text = str(report.longrepr)
    last = text.strip().rpartition("\n")[2]
    return {"type": "Failed", "message": last[:400], "line": None, "statement": None, "traceback": text[-4000:]}


def pytest_runtest_logfinish(nodeid):
    greenloop_report.current = None
