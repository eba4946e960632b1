import type { TestProgram } from '../../task.ts';
import { inputsProgram, pythonString } from './evalplus-inputs.ts';

/** What one EvalPlus test suite needs: which task, the raw JSON inputs, and the solution whose answers are the expected ones. */
interface OracleRequest {
  readonly taskId: string;
  readonly entryPoint: string;
  readonly reference: string;
  readonly rawInputs: string;
  /** The absolute tolerance of the row; 0 asks for equality except where floats are expected. */
  readonly tolerance: number;
}

/**
 * The tests of one EvalPlus suite. The setup runs the reference on every input; an expected value is an object that equals what
 * EvalPlus accepts (evalplus/eval: exact, or a tolerance once floats are expected, or the oracle of the task) and prints as
 * the plain value. EvalPlus's time limit for each single input is left to the sandbox's limit for all.
 */
export function oracleProgram(request: OracleRequest): TestProgram {
  const oracle = specialOracle(request);
  const setup = [
    'import json, marshal, math\n',
    inputsProgram(request.taskId, request.rawInputs),
    COPY,
    `_REFERENCE = {"__name__": "reference"}\nexec(${pythonString(request.reference)}, _REFERENCE)\n`,
    ALL_CLOSE,
    `def _matches(actual, expected, args, tolerance):\n    ${oracle.matches}\n`,
    `def _seen(actual):\n    ${oracle.seen ?? 'return actual'}\n`,
    EXPECTED,
    expectedValues(request, oracle),
  ].join('\n');
  return { setup, checks: checksOf(request.entryPoint, oracle) };
}

/** How a task's answers are compared where equality with the reference's answer will not do. */
interface Oracle {
  /** Python body that says whether `actual` is right, from `expected`, `args` and `tolerance`. */
  readonly matches: string;
  /** Python body that turns an answer that may be any object into the plain value to compare. */
  readonly seen?: string;
  /** Python expression of the expected value, from the reference's `answer`. */
  readonly expected?: string;
  /** The tolerance is part of `matches`, and nothing else is accepted. */
  readonly isFinal?: true;
}

const EQUALITY: Oracle = { matches: 'return actual == expected' };

/** HumanEval/32: any root of the polynomial will do. */
const ROOT: Oracle = {
  matches: 'return abs(sum(c * math.pow(actual, i) for i, c in enumerate(args[0]))) <= tolerance',
  isFinal: true,
};

/** The order and the repetition of the answer's items are left open. A one-way iterator is read once. */
const SAME_SET: Oracle = {
  matches: 'return set(actual) == set(expected)',
  seen: `if isinstance(actual, (str, bytes, list, tuple, dict, set, frozenset, int, float, complex, type(None))):
        return actual
    try:
        return list(actual)
    except Exception:
        return actual`,
};

/** The answer may be any object: that there is one is what counts, unless it is a bool. */
const PRESENCE: Oracle = {
  matches: 'return actual == expected',
  seen: 'return actual if isinstance(actual, bool) else actual is not None',
  expected: 'answer is not None',
};

/** Mbpp/581: the height may also be read as the pyramid's own, not that of its sides. */
const PYRAMID: Oracle = {
  matches: `if actual == expected:
        return True
    base, height = args
    side = math.sqrt((base / 2) ** 2 + height ** 2)
    return abs(actual - round(base ** 2 + 2 * base * side)) <= tolerance`,
};

/** Mbpp/558: the shorter number may also be filled up with zeros. */
const PADDED_DIGITS: Oracle = {
  matches: `if actual == expected:
        return True
    width = max(len(str(arg)) for arg in args)
    left, right = (str(arg).zfill(width) for arg in args)
    return actual == sum(abs(int(a) - int(b)) for a, b in zip(left, right))`,
};

const SET_TASKS = [
  'similar_elements',
  'find_char_long',
  'common_in_nested_lists',
  'extract_singly',
  'larg_nnum',
  'intersection_array',
  'find_dissimilar',
  'Diff',
];

const MBPP_ORACLES: Readonly<Record<string, Oracle>> = {
  are_equivalent: { matches: 'return True' },
  sum_div: { matches: 'return actual == expected or actual == 0' },
  surface_Area: PYRAMID,
  digit_distance_nums: PADDED_DIGITS,
  check_str: PRESENCE,
  text_match_three: PRESENCE,
  text_starta_endb: PRESENCE,
  ...Object.fromEntries(SET_TASKS.map((entryPoint) => [entryPoint, SAME_SET])),
};

function specialOracle({ taskId, entryPoint }: OracleRequest): Oracle {
  if (taskId.startsWith('Mbpp/')) return Object.hasOwn(MBPP_ORACLES, entryPoint) ? MBPP_ORACLES[entryPoint]! : EQUALITY;
  return entryPoint === 'find_zero' ? ROOT : EQUALITY;
}

/** Inputs are plain data, for which this is many times faster than copy.deepcopy. */
const COPY = `def _copy(args):
    return marshal.loads(marshal.dumps(args))
`;

/** numpy.allclose(actual, expected, rtol=1e-7, atol=tolerance) on nested lists of numbers, with numpy's broadcasting. */
const ALL_CLOSE = `def _shape(value):
    if isinstance(value, (list, tuple)):
        shapes = {_shape(item) for item in value}
        if len(shapes) > 1:
            raise ValueError("ragged")
        return (len(value), *(shapes.pop() if shapes else ()))
    if not isinstance(value, (bool, int, float, complex)):
        raise TypeError("no number")
    return ()

def _leaves(value):
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    else:
        yield value

def _fits_array(value):
    leaves = list(_leaves(value))
    if any(isinstance(leaf, (float, complex)) for leaf in leaves):
        return True
    return all(-2 ** 63 <= leaf < 2 ** 64 for leaf in leaves)

def _close_number(actual, expected, tolerance):
    actual, expected = actual + 0.0, expected + 0.0
    if actual == expected:
        return True
    size = abs(expected)
    return math.isfinite(size) and abs(actual - expected) <= tolerance + 1e-07 * size

def _close(actual, expected, ranks, tolerance):
    left, right = ranks
    if left == right == 0:
        return _close_number(actual, expected, tolerance)
    if left > right:
        return all(_close(item, expected, (left - 1, right), tolerance) for item in actual)
    if left < right:
        return all(_close(actual, item, (left, right - 1), tolerance) for item in expected)
    if len(actual) != len(expected) and 1 not in (len(actual), len(expected)):
        raise ValueError("shapes")
    if len(actual) != len(expected):
        actual, expected = (list(side) * (len(other) if len(side) == 1 else 1)
                            for side, other in ((actual, expected), (expected, actual)))
    return all(_close(a, e, (left - 1, right - 1), tolerance) for a, e in zip(actual, expected))

def _all_close(actual, expected, tolerance):
    ranks = len(_shape(actual)), len(_shape(expected))
    return _fits_array(actual) and _fits_array(expected) and _close(actual, expected, ranks, tolerance)

def _is_floats(value):
    if isinstance(value, (list, tuple)) and value:
        return all(isinstance(item, float) for item in value)
    return isinstance(value, float)
`;

const EXPECTED = `class Expected:
    __hash__ = None

    def __init__(self, value, args, tolerance):
        self.value, self.args, self.tolerance = value, args, tolerance

    def __eq__(self, actual):
        try:
            return bool(self.accepts(actual))
        except Exception:
            return False

    def accepts(self, actual):
        value, tolerance = self.value, self.tolerance
        if _matches(actual, value, self.args, tolerance):
            return True
        if _IS_FINAL or tolerance == 0 or type(actual) is not type(value):
            return False
        if isinstance(value, (list, tuple)) and len(actual) != len(value):
            return False
        return _all_close(actual, value, tolerance)

    def __repr__(self):
        return repr(self.value)
`;

/** As in EvalPlus, the default tolerance stays on from the first float that is expected. */
function expectedValues(request: OracleRequest, oracle: Oracle): string {
  return `_IS_FINAL = ${oracle.isFinal ? 'True' : 'False'}

def _expect_all(tolerance):
    function = _REFERENCE[${pythonString(request.entryPoint)}]
    for args in INPUTS:
        answer = function(*_copy(args))
        value = ${oracle.expected ?? 'answer'}
        if tolerance == 0 and _is_floats(value):
            tolerance = 1e-6
        yield Expected(value, args, tolerance)

EXPECTED = list(_expect_all(${request.tolerance}))
`;
}

/** A function to write that is itself called `check` (Mbpp/56) is asserted by its name instead. */
function checksOf(entryPoint: string, oracle: Oracle): string {
  const call = (name: string): string => {
    const answer = `${name}(*_copy(INPUTS[i]))`;
    return `assert ${oracle.seen === undefined ? answer : `_seen(${answer})`} == EXPECTED[i]\n`;
  };
  if (entryPoint === 'check') return `for i in range(len(INPUTS)):\n    ${call('check')}`;
  return `def check(candidate):\n    for i in range(len(INPUTS)):\n        ${call('candidate')}`;
}
