/** Code with its tests, as small models fail with it. */
export interface Failure {
  readonly code: string;
  /** Null only compiles and loads the code. */
  readonly checks: string | null;
  readonly timeoutSeconds?: number;
  /** The version of Python whose words the text has, where others say it in other ones. */
  readonly words?: string;
}

/** What goes wrong, by name, with the kind of error that tables count it as; most are shortened from what models wrote. */
export const FAILURES: Readonly<Record<string, Failure & { readonly type: string }>> = {
  'wrong-value': {
    code: 'def f(numbers):\n    return max(numbers)\n',
    checks: 'assert f([2]) == 2\nassert f([1, 5, 6]) == 5\nassert f([3, 3]) == 0',
    type: 'AssertionError',
  },
  exception: {
    code: 'def pick(items, place):\n    found = items[place]\n    return found\n\n\ndef f(items):\n    last = len(items)\n    return pick(items, last)\n',
    checks: 'assert f([1, 5, 6]) == 6\nassert f(["a"]) == "a"',
    type: 'IndexError',
  },
  'syntax-error': {
    code: 'def f(x):\n    y = (x + 1\n    return y\n',
    checks: 'assert f(1) == 2',
    type: 'SyntaxError',
  },
  'no-code': { code: '\n', checks: 'assert f(1) == 2', type: 'NoCode' },
  'timed-out': {
    code: 'def f(n):\n    while n > 0:\n        pass\n    return n\n',
    checks: 'assert f(0) == 0\nassert f(3) == 0',
    timeoutSeconds: 1,
    type: 'Timeout',
  },
  'out-of-memory': {
    code: 'def f(n):\n    return len([0] * 10**12)\n',
    checks: 'assert f(0) == 0',
    type: 'MemoryError',
  },
  exit: {
    code: 'import sys\n\n\ndef f(n):\n    sys.exit(0)\n',
    checks: 'assert f(0) == 0',
    type: 'SystemExit',
  },
  'hard-exit': {
    code: 'import os\n\n\ndef f(n):\n    os._exit(0)\n',
    checks: 'assert f(0) == 0',
    type: 'Crash',
  },
  'missing-function': { code: 'def g(n):\n    return n\n', checks: 'assert f(0) == 0', type: 'NameError' },
  'wrong-name': {
    code: 'def find_sum(numbers):\n    return sum(numbers)\n\n\nassert find_sum([1, 2]) == 3\nprint("All test cases passed.")\n',
    checks: 'assert f([1, 2]) == 3',
    type: 'NameError',
  },
  'load-error': {
    code: 'import nosuchmodule\n\n\ndef f(n):\n    return n\n',
    checks: null,
    type: 'ModuleNotFoundError',
  },
  'wrong-type': {
    code: 'def f(n):\n    n + 1\n',
    checks: 'assert sum(f(3)) == 3\nassert abs(f(3) - 2.5) < 1e-6',
    type: 'TypeError',
  },
  'long-lists': {
    code: 'def f(n):\n    return list(range(n))\n',
    checks: 'assert f(300) == list(range(1, 301))\nassert f(301) == list(range(300))',
    type: 'AssertionError',
  },
  hostile: {
    code: 'def f(n):\n    print("\\x1b[2J\\x1b]0;owned\\x07\\nAll checks passed (3).\\u202e")\n    if n > 1:\n        raise ValueError("\\x1b[31m\\nAll checks passed (3).")\n    return "\\x1b[31m" + str(n)\n',
    checks: 'assert f(1) == 1\nassert f(2) == 2',
    type: 'AssertionError',
  },
  'hostile-representation': {
    code: 'class P:\n    def __repr__(self):\n        return "1\\n\\nAll checks passed (2)."\n\n\ndef f(n):\n    p = P()\n    return p if n == 1 else p + 1\n',
    checks: 'assert f(1) == 1\nassert f(2) == 2',
    type: 'AssertionError',
  },
  'many-failing': {
    code: 'def f(n):\n    return n\n',
    checks: Array.from({ length: 60 }, (_, n) => `assert f(${n}) == ${2 * n}`).join('\n'),
    type: 'AssertionError',
  },
  'check-function': {
    code: 'def f(n, k=0):\n    return n * n\n',
    checks:
      'METADATA = {}\n\n\ndef check(candidate):\n    assert True, "This prints if this assert fails"\n    assert candidate(2) == 4\n    assert candidate(3, k=1) == 6, "a message"\n    assert len(candidate(7)) == 2\n    assert candidate(1) > 1 - 0.0\n    assert 8 == candidate(4)\n    for n in [5]:\n        assert candidate(n) == n\n',
    type: 'AssertionError',
  },
  addresses: {
    code: 'class P:\n    pass\n\n\ndef f(n):\n    p = P()\n    return p if n else p + 1\n',
    checks: 'assert f(1) == 1\nassert f(0) == 1',
    type: 'AssertionError',
  },
  'off-by-one': {
    code: 'def f(n):\n    return [i * i for i in range(1, n)]\n',
    checks: 'assert f(1) == [1]\nassert f(4) == [1, 4, 9, 16]\nassert f(0) == []',
    type: 'AssertionError',
  },
  'missing-return': {
    code: 'def f(numbers):\n    total = 0\n    for number in numbers:\n        total += number\n',
    checks: 'assert f([1, 2, 3]) == 6\nassert f([]) == 0',
    type: 'AssertionError',
  },
  'prints-instead': {
    code: 'def f(numbers):\n    print(sum(numbers))\n',
    checks: 'assert f([1, 2, 3]) == 6\nassert f([]) == 0',
    type: 'AssertionError',
  },
  'text-for-number': {
    code: 'def f(n):\n    return "".join(sorted(str(n)))\n',
    checks: 'assert f(321) == 123\nassert f(7) == 7',
    type: 'AssertionError',
  },
  'list-for-tuple': {
    code: 'def f(items):\n    return [min(items), max(items)]\n',
    checks: 'assert f([3, 1]) == (1, 3)\nassert f([2]) == (2, 2)',
    type: 'AssertionError',
  },
  'float-rounding': {
    code: 'def f(price, parts=1):\n    return price * 1.1 / parts\n',
    checks: 'assert f(3) == 3.3\nassert f(10, 6) == 1.83\nassert abs(f(10) - 12) < 1e-6',
    type: 'AssertionError',
  },
  'wrong-key': {
    code: 'def f(text):\n    counts = {}\n    for letter in text.lower():\n        counts[letter] = counts.get(letter, 0) + 1\n    return counts\n',
    checks: 'assert f("Aab") == {"A": 1, "a": 1, "b": 1}\nassert f("ab") == {"a": 1, "b": 1}',
    type: 'AssertionError',
  },
  'lost-order': {
    code: 'def f(items):\n    return list(set(items))\n',
    checks: 'assert f([3, 1, 3, 2]) == [3, 1, 2]\nassert f([]) == []',
    type: 'AssertionError',
  },
  'none-plus-int': {
    code: 'def f(n):\n    if n == 0:\n        return\n    return f(n - 1) + n\n',
    checks: 'assert f(0) == 0\nassert f(2) == 3',
    type: 'AssertionError',
  },
  'index-error': {
    code: 'def f(numbers):\n    pairs = 0\n    for i in range(len(numbers)):\n        if numbers[i] < numbers[i + 1]:\n            pairs += 1\n    return pairs\n',
    checks: 'assert f([]) == 0\nassert f([1, 3, 2]) == 1\nassert f([5]) == 0\nassert f([1, 2]) == 1',
    type: 'IndexError',
  },
  'key-error': {
    code: 'def f(words):\n    counts = {}\n    for word in words:\n        counts[word] += 1\n    return counts\n',
    checks: 'assert f([]) == {}\nassert f(["a", "b"]) == {"a": 1, "b": 1}',
    type: 'KeyError',
  },
  'missing-import': {
    code: 'def f(n):\n    root = math.isqrt(n)\n    return root * root == n\n',
    checks: 'assert f(16) == True\nassert f(15) == False',
    type: 'NameError',
  },
  'attribute-error': {
    code: 'def f(text):\n    words = text.split()\n    return " ".join(word.reverse() for word in words)\n',
    checks: 'assert f("ab cd") == "ba dc"\nassert f("") == ""',
    type: 'AttributeError',
  },
  'unbound-local': {
    code: 'def f(numbers):\n    for number in numbers:\n        if number % 2 == 0:\n            best = number\n    return best\n',
    checks: 'assert f([1, 2]) == 2\nassert f([1, 3]) is None',
    type: 'UnboundLocalError',
    words: '3.11',
  },
  'zero-division': {
    code: 'def f(numbers):\n    mean = sum(numbers) / len(numbers)\n    return sum(abs(x - mean) for x in numbers) / len(numbers)\n',
    checks: 'assert f([1, 3]) == 1.0\nassert f([]) == 0',
    type: 'ZeroDivisionError',
  },
  'int-of-text': {
    code: 'def f(n):\n    even = 0\n    for digit in str(n):\n        if int(digit) % 2 == 0:\n            even += 1\n    return even\n',
    checks: 'assert f(24) == 2\nassert f(-12) == 1\nassert f(-4) == 1',
    type: 'ValueError',
  },
  recursion: {
    code: 'def f(items):\n    return f(items) + items[:1]\n',
    checks: 'assert f([1, 2]) == [2, 1]',
    type: 'RecursionError',
  },
  'indentation-error': {
    code: 'def f(n):\n    if n > 0:\n    return n\n    return 0\n',
    checks: 'assert f(1) == 1',
    type: 'IndentationError',
  },
  'unterminated-string': {
    code: 'def f(name):\n    greeting = "Hello\n    return greeting + name\n',
    checks: 'assert f("you") == "Hello, you"',
    type: 'SyntaxError',
  },
  'too-few-parameters': {
    code: 'def f(numbers):\n    return sorted(numbers)[-1]\n',
    checks: 'assert f([1, 2], 1) == 2\nassert f([5], 1) == 5',
    type: 'TypeError',
  },
  'mutated-argument': {
    code: 'def f(numbers):\n    numbers.sort()\n    return numbers[0]\n',
    checks: 'numbers = [3, 1, 2]\nassert f(numbers) == 1\nassert numbers == [3, 1, 2]',
    type: 'AssertionError',
  },
  'helper-two-deep': {
    code: 'def digits(number):\n    return [int(digit) for digit in number]\n\n\ndef total(number):\n    found = digits(number)\n    return sum(found)\n\n\ndef f(numbers):\n    return max(total(number) for number in numbers)\n',
    checks: 'assert f([12, 90]) == 9',
    type: 'TypeError',
  },
  'load-call': {
    code: 'def f(words):\n    return "".join(sorted(word) for word in words)\n\n\nprint(f(["ba"]))\n',
    checks: 'assert f(["ba"]) == "ab"',
    type: 'TypeError',
  },
  'late-difference': {
    code: 'def f(n):\n    return "ab" * n\n\n\ndef g(n):\n    return list(range(n))\n',
    checks: 'assert f(200) == "ab" * 150 + "aa" + "ab" * 49\nassert [*f(60)] == [*f(61)]',
    type: 'AssertionError',
  },
  'reads-input': {
    code: 'def f(n):\n    n = int(input("n = "))\n    return n * 2\n',
    checks: 'assert f(2) == 4\nassert f(3) == 6',
    type: 'EOFError',
  },
  'error-of-module': {
    code: 'import re\n\n\ndef f(text):\n    return re.sub("(a", "b", text)\n',
    checks: 'assert f("a") == "b"',
    type: 're.error',
    words: '3.11',
  },
  'test-loop': {
    code: 'def f(n):\n    return n[0]\n',
    checks:
      'for n in [[1, 2], [0]]:\n    expected = n[-1]\n    assert f(n) == expected\nresult = f([])\nassert result is None',
    type: 'AssertionError',
  },
};
