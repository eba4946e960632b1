"""Runs a script as `python script.py < input` does: text for standard input in, what it printed out."""

import builtins
import io
import sys
import types

import describe


class Kept(io.BytesIO):
    """Bytes that stay readable after the script has closed its output."""

    def close(self):
        pass


class Streams:
    """Standard input and output of one run, put back at its end; standard error stays the candidate's."""

    NAMES = ("stdin", "__stdin__", "stdout", "__stdout__")

    def __init__(self, text):
        self.printed = Kept()
        self.stdin = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass")), "utf-8")
        self.stdout = io.TextIOWrapper(self.printed, "utf-8", "replace", write_through=True)

    def __enter__(self):
        self.before = [getattr(sys, name) for name in self.NAMES]
        sys.stdin = sys.__stdin__ = self.stdin
        sys.stdout = sys.__stdout__ = self.stdout
        return self

    def __exit__(self, *_error):
        for name, stream in zip(self.NAMES, self.before):
            setattr(sys, name, stream)

    def text(self):
        """What was printed, without blanks at the ends of lines and of the whole."""
        lines = self.printed.getvalue().decode("utf-8", "replace").split("\n")
        return "\n".join(line.rstrip(" \t\r") for line in lines).rstrip("\n")

    def open(self, file, *arguments, **keywords):
        """open() for which descriptor 0 and /dev/stdin are the run's own input."""
        if file in (0, "/dev/stdin"):
            return self.stdin
        return open(file, *arguments, **keywords)


def runner_of(source):
    """A function that runs the script with an input and returns what it printed; a SyntaxError where it is no Python."""
    code = compile(source, describe.CANDIDATE_FILE, "exec", dont_inherit=True)

    def run(text):
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        with Streams(text) as streams:
            module.__dict__.update(__builtins__={**vars(builtins), "open": streams.open}, __file__=describe.CANDIDATE_FILE)
            try:
                exec(code, module.__dict__)
            except SystemExit as end:
                if end.code not in (None, 0):
                    raise
        return streams.text()

    return run
