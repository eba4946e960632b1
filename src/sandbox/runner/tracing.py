"""Notices code that has Python tell it of the lines that run after its own, which it may change then."""

import sys

import describe

EVENTS = ("sys.settrace", "sys.setprofile")
# The hook is then not added, and no error is seen.
ANOTHER_HOOK = "sys.addaudithook"
# Test files that trace for their own ends, for coverage say.
WORDS = ("settrace", "setprofile", "monitoring", "overage", "rofile")


class Tracing:
    """Tracing has to end in the same call of the code that began it. Its hook stays as long as the process."""

    def __init__(self):
        self.owner, self.has_outlived, self.is_ignored = None, False, False
        self.tools = tools_of_monitoring()
        sys.addaudithook(self.hear)

    def hear(self, event, _arguments):
        if event in EVENTS or event == ANOTHER_HOOK:
            call = outermost_call_of_candidate(sys._getframe(1))
            if call is None:
                return
            if event == ANOTHER_HOOK:
                raise RuntimeError("no hook of the code hears what the tests do")
            self.has_outlived = self.has_outlived or is_on() and call is not self.owner
            self.owner = call

    def stop(self):
        """Before a test."""
        self.owner = None
        if not self.is_ignored and is_on():
            sys.settrace(None)
            sys.setprofile(None)

    def is_forbidden(self):
        """Whether the code has traced more than its own calls."""
        return not self.is_ignored and (self.has_outlived or is_on() or tools_of_monitoring() != self.tools)

    def spare(self, source):
        self.is_ignored = any(word in source for word in WORDS)
        self.has_outlived = False


def is_on():
    return sys.gettrace() is not None or sys.getprofile() is not None


def outermost_call_of_candidate(frame):
    found = None
    while frame is not None:
        if frame.f_code.co_filename == describe.CANDIDATE_FILE:
            found = frame
        frame = frame.f_back
    return found


def tools_of_monitoring():
    monitoring = getattr(sys, "monitoring", None)
    return monitoring and [monitoring.get_tool(number) for number in range(6)]
