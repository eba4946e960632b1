import type { JudgedProgram } from '../../tasks/task.ts';

/**
 * What the judge evaluates before it has any code: `_observe` calls the code and keeps what came of it as a short text. Texts are equal where
 * Python calls the values equal, but that True is not 1, and that floats are rounded to nine digits. Of what cannot leave the process
 * of the code (generators, objects of its own classes) only the name of the type counts.
 */
const SETUP = `
import collections, datetime, decimal, fractions, hashlib

_LONGEST = 60
_BY_REPRESENTATION = (
    str, bytes, bytearray, complex, range, decimal.Decimal, fractions.Fraction,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone,
)


def _observe(observed, number, call):
    try:
        text = _canonical(call())
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        text = "raised " + _class_name(error)
    observed[number] = text if len(text) <= _LONGEST else text[:40] + " " + _digest(text)
    return True


def _digest(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _class_name(error):
    name = type(error).__name__
    return str(error).partition(":")[0] if name == "CandidateError" else name


def _canonical(value):
    kind = type(value)
    if value is None or kind is bool or kind in _BY_REPRESENTATION:
        return repr(value)
    if kind is int:
        return _integer(value)
    if kind is float:
        return _number(value)
    if type(kind) is not type:
        return "a " + kind.__name__
    if issubclass(kind, tuple):
        return "(" + _all(value) + ")"
    if kind is list:
        return "[" + _all(value) + "]"
    if kind in (set, frozenset):
        return "{" + ", ".join(sorted(map(_canonical, value))) + "}"
    if issubclass(kind, dict):
        return "{" + ", ".join(sorted(_canonical(key) + ": " + _canonical(item) for key, item in value.items())) + "}"
    if kind is collections.deque:
        return "deque[" + _all(value) + "]"
    if kind.__module__ == "numpy":
        return ("array" if kind.__name__ == "ndarray" else "") + _canonical(value.tolist())
    return "a " + kind.__name__


def _all(values):
    return ", ".join(map(_canonical, values))


def _integer(value):
    return str(value) if abs(value) < 10**300 else hex(value)


def _number(value):
    rounded = value if value.is_integer() else float(format(value, ".9g"))
    return _integer(int(rounded)) if rounded.is_integer() else repr(rounded)
`;

/**
 * A test program that makes calls of the code one by one and reports what came of them as failed checks. A check that passes goes before
 * for each call, so that a run that ends in the middle shows how far it came.
 */
export function behaviourProgram(calls: readonly string[]): JudgedProgram {
  const observations = calls.map((call, index) => `assert _observe(_observed, ${index}, lambda: ${call})`);
  const reports = calls.map((_, index) => `assert ${reportOf(index)}`);
  return { setup: SETUP, checks: ['_observed = {}', ...observations, ...reports, ''].join('\n'), onlyJudged: true };
}

/** The source of the check whose actual value is what came of a call, by its index. */
export function reportOf(index: number): string {
  return `_observed.get(${index}, "") == ""`;
}
