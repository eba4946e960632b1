import type { JudgedProgram } from '../../tasks/task.ts';
import { printValue } from './python-value.ts';

/**
 * What the judge evaluates, out of reach of the code: `observe` calls the code and keeps what came of it as a short text. Texts are equal where
 * Python calls the values equal, but that True is not 1, and that floats are rounded to nine digits. Of what cannot leave the process
 * of the code (functions, objects of its own classes) only the name of the type counts; of iterators it is the first items.
 */
const OBSERVER = `
import collections, datetime, decimal, fractions, hashlib, itertools

LONGEST = 60
MOST_ITEMS = 100
BY_REPRESENTATION = (
    str, bytes, bytearray, complex, range, decimal.Decimal, fractions.Fraction,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone,
)


def observe(observed, number, call):
    try:
        text = canonical(call())
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        text = "raised " + class_name(error)
    observed[number] = text if len(text) <= LONGEST else text[:40] + " " + digest_of(text)
    return True


def digest_of(text):
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def class_name(error):
    name = type(error).__name__
    return str(error).partition(":")[0] if name == "CandidateError" else name


def canonical(value):
    kind = type(value)
    if value is None or kind is bool or kind in BY_REPRESENTATION:
        return repr(value)
    if kind is int:
        return integer_text(value)
    if kind is float:
        return number_text(value)
    if hasattr(kind, "__next__"):
        return "iterator[" + canonical_items(itertools.islice(value, MOST_ITEMS)) + "]"
    if type(kind) is not type:
        return "a " + kind.__name__
    if issubclass(kind, tuple):
        return "(" + canonical_items(value) + ")"
    if kind is list:
        return "[" + canonical_items(value) + "]"
    if kind in (set, frozenset):
        return "{" + ", ".join(sorted(map(canonical, value))) + "}"
    if issubclass(kind, dict):
        return "{" + ", ".join(sorted(canonical(key) + ": " + canonical(item) for key, item in value.items())) + "}"
    if kind is collections.deque:
        return "deque[" + canonical_items(value) + "]"
    if kind.__module__ == "numpy":
        return ("array" if kind.__name__ == "ndarray" else "") + canonical(value.tolist())
    return "a " + kind.__name__


def canonical_items(values):
    return ", ".join(map(canonical, values))


def integer_text(value):
    return str(value) if abs(value) < 10**300 else hex(value)


def number_text(value):
    rounded = value if value.is_integer() else float(format(value, ".9g"))
    return integer_text(int(rounded)) if rounded.is_integer() else repr(rounded)
`;

const PREPARATION = `import builtins as _builtins
_own, _observed = {}, {}
_builtins.exec(${printValue({ kind: 'text', value: OBSERVER })}, _own)`;

/**
 * A test program that makes calls of the code one by one and reports what came of them as failed checks. A check that passes goes before
 * for each call, so that a run that ends in the middle shows how far it came. The observer has names of its own, as the code may be called
 * `repr`; a setup would give it these too, but a judge that has evaluated one serves a single run, and runs take two to three times as
 * long.
 */
export function behaviourProgram(calls: readonly string[]): JudgedProgram {
  const observations = calls.map((call, index) => `assert _own["observe"](_observed, ${index}, lambda: ${call})`);
  const reports = calls.map((_, index) => `assert ${reportOf(index)}`);
  return { setup: '', checks: [PREPARATION, ...observations, ...reports, ''].join('\n'), onlyJudged: true };
}

/** The source of the check whose actual value is what came of a call, by its index. */
export function reportOf(index: number): string {
  return `_observed.get(${index}, "") == ""`;
}
