"""Short texts of values and exceptions for people and models to read."""

import itertools
import reprlib
import sys
import types

LONGEST_VALUE = 400
LONGEST_CALL = 400
LONGEST_MESSAGE = 500
LONGEST_OUTPUT = 8192
LONGEST_TRACEBACK = 3000
LONGEST_SOURCE_LINE = 200
MOST_FRAMES = 8
MOST_EQUAL_FRAMES = 3
MOST_LOCALS = 12
CANDIDATE_FILE = "<candidate>"
TESTS_FILE = "<tests>"

MOST_PARTS = 400
# Integers with more digits are shown by their ends: Python itself refuses to write more than 4,300 of them.
MOST_DIGITS = 200
DIGITS_SHOWN = 40
# Up to here the first digits are worked out, which takes some hundredths of a second.
MOST_DIGITS_COUNTED = 300_000
DIGITS_PER_BIT = 0.30102999566398


class Short(reprlib.Repr):
    """Cuts long parts in the middle, and everything after the first MOST_PARTS parts, however deep they are nested."""

    def repr(self, value):
        self.room = MOST_PARTS
        return super().repr(value)

    def repr1(self, value, level):
        self.room -= 1
        return super().repr1(value, level) if self.room >= 0 else "..."

    def repr_Counter(self, value, level):
        return f"Counter({self.repr_dict(value, level)})"

    def repr_OrderedDict(self, value, level):
        return f"OrderedDict({self.repr_dict(value, level)})"

    def repr_int(self, value, level):
        return integer_text(value)

    def repr_Fraction(self, value, level):
        if type(value).__module__ != "fractions":
            return self.repr_instance(value, level)
        return f"Fraction({integer_text(value.numerator)}, {integer_text(value.denominator)})"


SHORT = Short()
SHORT.maxlist = SHORT.maxtuple = SHORT.maxset = SHORT.maxfrozenset = SHORT.maxdeque = SHORT.maxdict = 40
SHORT.maxstring = SHORT.maxother = 200
SHORT.maxlevel = 6


def value_text(value, longest=LONGEST_VALUE):
    """The representation of a value, cut in the middle of long parts; never raises."""
    try:
        text = repr(value) if type(value) in (float, bool, type(None)) else SHORT.repr(value)
    except BaseException as error:
        text = f"<{type(value).__name__} whose representation raises {type(error).__name__}>"
    return shortened(text, longest)


def integer_text(value):
    """An integer in decimal digits; the first and last of a long one, and how many it has."""
    digits = int(value.bit_length() * DIGITS_PER_BIT) + 1
    if digits <= MOST_DIGITS:
        return repr(value)
    sign, size = "-" if value < 0 else "", abs(value)
    last = str(size % 10**DIGITS_SHOWN).zfill(DIGITS_SHOWN)
    if digits > MOST_DIGITS_COUNTED:
        return f"{sign}…{last} (about {digits} digits)"
    rest = digits - DIGITS_SHOWN
    first = str(size // 10**rest)
    return f"{sign}{first[:DIGITS_SHOWN]}…{last} ({rest + len(first)} digits)"


def call_text(name, arguments, keywords):
    """A call as Python would write it: f([1, 2], key=3)."""
    parts = [value_text(value, 200) for value in arguments]
    parts += [f"{key}={value_text(value, 200)}" for key, value in keywords.items()]
    return shortened(f"{name}({', '.join(parts)})", LONGEST_CALL)


def shortened(text, longest):
    return text if len(text) <= longest else text[: longest - 1] + "…"


def exception_record(error, source, tests=None):
    """Type, message, traceback, line and locals of an exception, with the frames of the candidate's source only.

    `tests` are path and source of a test file whose frames the traceback shows too, as those of "<tests>".
    """
    files = {CANDIDATE_FILE: (CANDIDATE_FILE, source.splitlines())}
    if tests is not None:
        files[tests[0]] = (TESTS_FILE, tests[1].splitlines())
    frame, line = last_candidate_frame(error)
    return {
        "type": type_name(error),
        "base": built_in_name(error),
        "message": message_text(error),
        "traceback": traceback_text(error, files),
        "line": line if frame is not None else syntax_line(error),
        "locals": locals_text(frame),
    }


def type_name(error):
    """Class of an exception as a traceback names it: with its module where that is one of Python's own, `re.error`."""
    kind = type(error)
    module = kind.__module__
    name = str(kind.__name__)
    is_of_python = type(module) is str and module != "builtins" and module.split(".")[0] in MODULES_OF_PYTHON
    return f"{module}.{name}" if is_of_python else name


MODULES_OF_PYTHON = sys.stdlib_module_names - {"__main__"}


def built_in_name(error):
    """The nearest built-in class of an exception."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")


def message_text(error):
    try:
        text = error.msg if isinstance(error, SyntaxError) and isinstance(error.msg, str) else str(error)
        return shortened(str.__str__(text), LONGEST_MESSAGE)
    except ValueError:
        # An integer of too many digits is part of it.
        arguments = BaseException.args.__get__(error)
        return value_text(arguments[0] if len(arguments) == 1 else arguments, LONGEST_MESSAGE)
    except BaseException:
        return "<message cannot be shown>"


def last_candidate_frame(error):
    found = (None, None)
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == CANDIDATE_FILE:
            found = (step.tb_frame, step.tb_lineno)
        step = step.tb_next
    return found


def syntax_line(error):
    if isinstance(error, SyntaxError) and error.filename == CANDIDATE_FILE:
        return error.lineno
    return None


def traceback_text(error, files):
    """As Python prints it, with the frames of these files only: file name to the name to show and the lines."""
    own = block_texts(frame_text(frame, line, *files[frame.f_code.co_filename]) for frame, line in frames_of(error, files))
    head = ["Traceback (most recent call last):\n"] if own else []
    return "".join([*head, *own, last_lines(error)])[-LONGEST_TRACEBACK:]


def block_texts(frames):
    """The last frames of a traceback; many that are one, as of a recursion, are counted as Python does it."""
    blocks = []
    for text, equal in itertools.groupby(frames):
        count = len(list(equal))
        blocks += [text] * min(count, MOST_EQUAL_FRAMES)
        if count > MOST_EQUAL_FRAMES:
            more = count - MOST_EQUAL_FRAMES
            blocks.append(f"  [Previous line repeated {more} more time{'s' if more > 1 else ''}]\n")
    return blocks[-MOST_FRAMES:]


def frames_of(error, files):
    """Frame and line of each step in these files; a recorded assertion of a test and its lambda are one."""
    before = None
    step = error.__traceback__
    while step is not None:
        code, line = step.tb_frame.f_code, step.tb_lineno
        if code.co_filename in files:
            if code.co_filename == CANDIDATE_FILE or code.co_name != "<lambda>" or line != before:
                yield step.tb_frame, line
            before = line
        step = step.tb_next


def frame_text(frame, line, shown, lines):
    text = shortened(lines[line - 1].strip(), LONGEST_SOURCE_LINE) if 0 < line <= len(lines) else ""
    is_assertion = shown == TESTS_FILE and frame.f_code.co_name == "<lambda>"
    place = f'  File "{shown}", line {line}, in {"<module>" if is_assertion else frame.f_code.co_name}\n'
    return f"{place}    {text}\n" if text else place


def last_lines(error):
    message = message_text(error)
    closing = f"{type_name(error)}: {message}\n" if message else f"{type_name(error)}\n"
    if not isinstance(error, SyntaxError) or error.filename != CANDIDATE_FILE or not error.lineno:
        return closing
    place = f'  File "{CANDIDATE_FILE}", line {error.lineno}\n'
    if not error.text:
        return place + closing
    text = error.text.rstrip("\n")
    stripped = text.lstrip()
    column = max((error.offset or 1) - 1 - (len(text) - len(stripped)), 0)
    width = max((error.end_offset or 0) - (error.offset or 0), 1) if error.end_lineno == error.lineno else 1
    return f"{place}    {stripped}\n    {' ' * column}{'^' * min(width, 80)}\n{closing}"


def locals_text(frame):
    if frame is None or frame.f_code.co_name == "<module>":
        return {}
    values = {name: value for name, value in frame.f_locals.items() if is_told(name, value)}
    return {name[:60]: value_text(values[name], 120) for name in list(values)[:MOST_LOCALS]}


def is_told(name, value):
    """False for a local variable whose value says nothing: functions, classes, modules and what Python itself makes."""
    return not name.startswith((".", "__")) and not issubclass(type(value), SILENT)


SILENT = (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)
