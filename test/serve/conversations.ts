import type { Message } from '../../src/models/model.ts';
import type { NoTask } from '../../src/serve/no-task.ts';

/** Messages in turn, the user first; one that begins with `system:` is the system's. */
export type Turns = string | readonly string[];

/** The messages of a conversation that is written as its turns. */
export function messagesOf(turns: Turns): Message[] {
  const all = typeof turns === 'string' ? [turns] : turns;
  const spoken = all.filter((text) => !text.startsWith('system:'));
  const system = all.filter((text) => text.startsWith('system:'));
  return [
    ...system.map((text) => ({ role: 'system' as const, content: text.slice(7).trim() })),
    ...spoken.map((content, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content,
    })),
  ];
}

/** Turns that are a task: its entry point, the number of its examples, and how its tests run where it has any. */
export type Positive = readonly [Turns, string, number, ('judge' | 'file')?];
/** Turns that are none, and why. */
export type Negative = readonly [Turns, NoTask];

const fence = (code: string, language = 'python') => `\`\`\`${language}\n${code}\n\`\`\``;
const ROMAN = 'def roman(n):\n    return "I" * n';
const ANSWER = `Sure! Here it is:\n\n${fence(ROMAN)}\n\nIt repeats the letter I.`;
const PYTEST =
  'import pytest\nfrom roman import roman\n\ndef test_four():\n    assert roman(4) == "IV"\n\ndef test_zero():\n    with pytest.raises(ValueError):\n        roman(0)';
const UNITTEST =
  'import unittest\n\nclass TestRoman(unittest.TestCase):\n    def test_four(self):\n        self.assertEqual(roman(4), "IV")\n\nif __name__ == "__main__":\n    unittest.main()';
const STUB =
  'def median(values: list[float]) -> float:\n    """The median.\n\n    >>> median([1, 3, 2])\n    2\n    """';
const WISH = 'Write a Python function roman(n) that turns a number into a Roman numeral. roman(4) should return "IV".';
const CONTINUE_CHAT =
  'system:<important_rules>\n  You are in chat mode.\n\n  If the user asks to make changes to files offer that they can use the Apply Button on the code block.\n\n  Always include the language and file name in the info string when you write code blocks.\n</important_rules>';
const ASSISTANT = 'system:You are a helpful assistant.';

export const POSITIVES: readonly Positive[] = [
  // A name, and nothing else.
  ['Write a Python function called is_palindrome that checks whether a string is a palindrome.', 'is_palindrome', 0],
  ['Please write `is_even(n)`.', 'is_even', 0],
  ['can you write me a python function named `slugify` for blog titles?', 'slugify', 0],
  ['Implement a function add(a, b) that adds two numbers.', 'add', 0],
  ['I need a Python function merge_dicts that merges two dictionaries, the second one wins.', 'merge_dicts', 0],
  ['Hi! Could you please implement a `flatten` function in Python? It should flatten nested lists.', 'flatten', 0],
  ['write fizzbuzz(n) in python, it returns a list of strings', 'fizzbuzz', 0],
  ['Create a Python class called Stack with push, pop and peek.', 'Stack', 0],
  ['Write a class BankAccount in Python with deposit and withdraw methods.', 'BankAccount', 0],
  ['Write a generator function primes_below(n) in Python.', 'primes_below', 0],
  ['Define a function `gcd(a, b)`. Use Euclid. Return only the code.', 'gcd', 0],
  ['Function name: count_vowels\nWrite a function that counts the vowels of a text.', 'count_vowels', 0],
  ["Let's write a python function to check if a number is prime, call it is_prime", 'is_prime', 0],
  // No name: one is chosen.
  ['Show me a Python function that reverses a string', 'reverse_string', 0],
  ['write a python function that reverses a string', 'reverse_string', 0],
  ['Write a function to find the second largest number in a list.', 'find_second_largest_number', 0],
  ['I want a Python function which checks whether two words are anagrams.', 'check_whether_two_words', 0],
  ['Python function to remove duplicates from a list', 'remove_duplicates_list', 0],
  ['write python code to reverse a linked list', 'reverse_linked_list', 0],
  ['Implement quicksort in Python', 'quicksort', 0],
  ['implement binary search in python please', 'binary_search', 0],
  ['Give me a fibonacci function in Python', 'fibonacci', 0],
  ['Write a recursive factorial function.', 'factorial', 0],
  ['implement an LRU cache in Python', 'LruCache', 0],
  ['Write a Python class that represents a bank account', 'BankAccount', 0],
  ['Could you create a helper that converts Celsius to Fahrenheit in Python?', 'convert_celsius_fahrenheit', 0],
  ['need a python function that takes a list and returns the longest word', 'longest_word', 0],
  [
    'Generate a Python function that computes the Levenshtein distance between two strings.',
    'compute_levenshtein_distance_between',
    0,
  ],
  ['Make me a function that splits a list into chunks of size n, in python', 'split_list_into_chunks', 0],
  [
    'Convert this JavaScript function to Python:\n\n```js\nfunction add(a, b) { return a + b; }\n```\n\nWrite a Python function add(a, b).',
    'add',
    0,
  ],
  ["I'd like you to write a Python function, please, that counts words.", 'count_words', 0],
  ['Write a decorator in Python that caches results.', 'cache_results', 0],
  ['Write a Python one-liner to flatten a list', 'flatten_list', 0],
  ['a class for a linked list with insert and delete in python', 'LinkedList', 0],
  // Examples in the text.
  [WISH, 'roman', 1],
  ['Write a function roman in python.\n\nroman(4) == "IV"\nroman(9) == "IX"', 'roman', 2],
  ['Write a Python function `roman`. For example `roman(4)` returns `"IV"` and `roman(9)` gives `"IX"`.', 'roman', 2],
  ['I need a function roman(n): roman(1) -> "I"; roman(4) -> "IV".', 'roman', 2],
  ['Write a function to add one.\nassert add_one(1) == 2\nassert add_one(-1) == 0', 'add_one', 2],
  ['Write a python function that doubles.\n\n>>> double(2)\n4\n>>> double("ab")\n\'abab\'', 'double', 2],
  ['Please implement this:\n\n- `clamp(5, 0, 3)` should be `3`\n- `clamp(-1, 0, 3)` should be `0`', 'clamp', 2],
  ['Write chunk in Python so that chunk([1, 2, 3], 2) == [[1, 2], [3]] holds.', 'chunk', 1],
  ['Write a function `f(s)`. Examples:\nf("a") => 1\nf("") => 0\nf("abc") => 3', 'f', 3],
  ['Write a function count_words(text).\n\nInput: "a b"\nOutput: 2', 'count_words', 1],
  ['Write a function clamp(x: int, low, high).\n\nInput: low = 1, high = 3, x = 5\nOutput: 3', 'clamp', 1],
  ['Write a Python function double. double(True) is fine.\n\nInput: 1, 2\nOutput: 2', 'double', 0],
  ['Write a function that sums digits, digit_sum(123) is 6.', 'digit_sum', 1],
  // Stubs.
  [STUB, 'median', 1],
  [`Complete this function:\n\n${fence(STUB)}`, 'median', 1],
  [`Complete the following code:\n\n${STUB}\n`, 'median', 1],
  [`${fence(STUB)}`, 'median', 1],
  [
    `Please provide a self-contained Python script that solves the following problem in a markdown code block:\n${fence(STUB)}`,
    'median',
    1,
  ],
  [`Fill in the body.\n\n${fence('from typing import List\n\ndef total(xs: List[int]) -> int:\n    ...')}`, 'total', 0],
  [
    'Finish this:\n\nimport re\n\ndef words(text):\n    """All words.\n\n    >>> words("a b")\n    [\'a\', \'b\']\n    """\n',
    'words',
    1,
  ],
  // Tests in a fence.
  [
    `Write a Python function roman(n).\n\n${fence('assert roman(4) == "IV"\nassert roman(9) == "IX"')}`,
    'roman',
    0,
    'judge',
  ],
  [`Implement roman so that these tests pass:\n\n${fence(PYTEST)}`, 'roman', 0, 'file'],
  [`Make these pass:\n\n${fence(UNITTEST)}`, 'roman', 0, 'file'],
  [
    `${fence('def check(candidate):\n    assert candidate(4) == "IV"')}\n\nWrite a function roman(n) for this.`,
    'roman',
    0,
    'judge',
  ],
  [`Write code for this test\n\n${fence('def test_double():\n    assert double(2) == 4', '')}`, 'double', 0, 'file'],
  [
    `${WISH}\n\n${fence('assert roman(9) == "IX"')}\n\nAnd also:\n\n${fence('assert roman(40) == "XL"')}`,
    'roman',
    1,
    'judge',
  ],
  [
    `Write a class Stack.\n\n${fence('def test_push():\n    s = Stack()\n    s.push(1)\n    assert s.pop() == 1')}`,
    'Stack',
    0,
    'file',
  ],
  [
    `${fence(STUB)}\n\nIt must pass:\n\n${fence('def test_even():\n    assert median([1, 2]) == 1.5')}`,
    'median',
    1,
    'file',
  ],
  // Code that is to be repaired.
  [`Fix this function:\n\n${fence('def median(xs):\n    return sorted(xs)[len(xs) / 2]')}`, 'median', 0],
  [
    `This fails for empty lists, please fix it.\n\n${fence('def mean(xs):\n    return sum(xs) / len(xs)')}\n\nmean([]) should return 0.`,
    'mean',
    1,
  ],
  [`can you optimize this?\n${fence('def fib(n):\n    return n if n < 2 else fib(n-1) + fib(n-2)')}`, 'fib', 0],
  [
    `Refactor this function to use a comprehension:\n\ndef evens(xs):\n    out = []\n    for x in xs:\n        if x % 2 == 0:\n            out.append(x)\n    return out\n`,
    'evens',
    0,
  ],
  [`Add type hints to this function\n\n${fence('def join(a, b):\n    return a + b')}`, 'join', 0],
  [`Why does it return 5 for 2? Please fix it.\n${fence('def twice(n):\n    return n + 3')}`, 'twice', 0],
  // Follow-ups.
  [[WISH, ANSWER, 'now also handle 0, it should return ""'], 'roman', 1],
  [[WISH, ANSWER, 'It fails: roman(4) gives "IIII" instead of "IV"'], 'roman', 1],
  [[WISH, ANSWER, 'It fails with ValueError for roman(0).'], 'roman', 1],
  [[WISH, ANSWER, 'roman(9) should be "IX" and roman(40) should be "XL"'], 'roman', 3],
  [[WISH, ANSWER, `It must also pass\n${fence('assert roman(9) == "IX"')}`], 'roman', 1, 'judge'],
  [[WISH, ANSWER, 'thanks!', 'You are welcome.', 'make it faster please'], 'roman', 1],
  [[WISH, ANSWER, 'Sorry, roman(4) should return "iv".'], 'roman', 1],
  [[WISH, ANSWER, 'Rewrite it without a loop'], 'roman', 1],
  [[WISH, ANSWER, 'Please add type hints'], 'roman', 1],
  [['write something that turns numbers into roman numerals', ANSWER, 'roman(4) should return "IV"'], 'roman', 1],
  [[WISH, ANSWER, 'Now write a function arabic(s) that does the opposite.'], 'arabic', 0],
  [
    [
      'What is a palindrome?',
      'A word that reads the same backwards.',
      'Write a python function is_pal(s) that checks it. is_pal("abba") == True',
    ],
    'is_pal',
    1,
  ],
  [[WISH, ANSWER, 'What does it do for 0?', 'It gives an empty text.', 'raise a ValueError there'], 'roman', 1],
  [[WISH, ANSWER, 'hmm, it still returns "IIII" for 4'], 'roman', 1],
  [[WISH, ANSWER, 'I get this:\n```\nTypeError: can only multiply by an int\n```'], 'roman', 1],
  [[WISH, ANSWER, 'shorter please'], 'roman', 1],
  [[WISH, ANSWER, 'try again'], 'roman', 1],
  [
    [
      'write a python function that parses a date',
      fence('def helper(x):\n    pass\n\ndef to_date(text):\n    return helper(text)'),
      'return None for bad input',
    ],
    'to_date',
    0,
  ],
  // In the styles of clients.
  [[ASSISTANT, WISH], 'roman', 1],
  [[CONTINUE_CHAT, 'write a python function that reverses a string'], 'reverse_string', 0],
  [[CONTINUE_CHAT, `${fence(STUB, 'python src/stats.py (1-6)')}\n\nimplement this`], 'median', 1],
  [
    'You are an expert Python programmer, and here is your task: Write a function to find the minimum cost path. Your code should pass these tests:\n\nassert min_cost([[1, 2], [3, 4]], 1, 1) == 5',
    'min_cost',
    1,
  ],
  [
    '### Instruction:\nWrite a Python function `has_close(xs, t)` to solve the following problem:\nCheck if any two numbers are closer than t.\n### Response:',
    'has_close',
    0,
  ],
];

const AGENT = `system:You are an assistant. ${'Follow every rule of the workspace. '.repeat(200)}`;
const CLINE =
  'system:You are Cline, a highly skilled software engineer with extensive knowledge in many programming languages.';
const AIDER =
  'system:Act as an expert software developer.\nDescribe each change with a *SEARCH/REPLACE block* per the examples below.';
const TASK = '### Task:\n';
const HISTORY = `### Chat History:\n<chat_history>\nUSER: ${WISH}\nASSISTANT: ok\n</chat_history>`;

export const NEGATIVES: readonly Negative[] = [
  // Agents.
  [[AGENT, WISH], 'agent'],
  [[CLINE, `<task>\n${WISH}\n</task>`], 'agent'],
  [['system:You are Roo, a highly skilled software engineer.', WISH], 'agent'],
  [['system:You are a coding agent running in the Codex CLI, a terminal-based coding assistant.', WISH], 'agent'],
  [["system:You are Claude Code, Anthropic's official CLI for Claude.", WISH], 'agent'],
  [`<task>\n${WISH}\n</task>\n<environment_details>\n# VSCode Visible Files\n</environment_details>`, 'agent'],
  [['system:You have tools. Use <read_file><path>x</path></read_file> to read.', WISH], 'agent'],
  [Array.from({ length: 61 }, () => WISH), 'long'],
  [`${WISH}\n\n${'x = 1\n'.repeat(9000)}`, 'long'],
  // Chores.
  [`${TASK}Generate a concise, 3-5 word title with an emoji summarizing the chat history.\n${HISTORY}`, 'chore'],
  [`${TASK}Generate 1-3 broad tags categorizing the main themes of the chat history.\n${HISTORY}`, 'chore'],
  [
    `${TASK}Suggest 3-5 relevant follow-up questions or prompts that the user might naturally ask next.\n${HISTORY}`,
    'chore',
  ],
  [`${TASK}Analyze the chat history to determine the necessity of generating search queries.\n${HISTORY}`, 'chore'],
  [`${TASK}You are an autocompletion system. Continue the text in \`<text>\`.\n<text>def roman(n):</text>`, 'chore'],
  [
    `${TASK}Respond to the user query using the provided context.\n<context>x</context>\n<user_query>${WISH}</user_query>`,
    'chore',
  ],
  [`Given the following... please reply with a short summary that is 4-12 words in length.\n\n${WISH}`, 'title'],
  [
    [
      'system:You are an expert in crafting pithy titles for chatbot conversations.',
      `Please write a brief title for the following request:\n\n${WISH}`,
    ],
    'title',
  ],
  [`Please write a brief title for the following request:\n\n${WISH}`, 'title'],
  [['system:Summarize this coding conversation in under 50 characters.', WISH], 'title'],
  [
    [
      'system:You are an expert software engineer.\nGenerate a commit message for those changes.\nReply with JUST the commit message.',
      'diff --git a/x.py b/x.py\n+def roman(n):\n+    pass',
    ],
    'title',
  ],
  ['Write a commit message for the following diff:\n\ndiff --git a/x.py b/x.py\n+x = 1', 'title'],
  ['*Briefly* summarize this partial conversation about programming.\n\n# USER\nWrite a function roman(n).', 'title'],
  [
    'Your task is to create a detailed summary of the conversation so far.\n\nUSER: Write a function roman(n).',
    'title',
  ],
  // Completions and edits.
  ['<|fim_prefix|>def roman(n):\n    <|fim_suffix|>\n    return x<|fim_middle|>', 'completion'],
  ['<fim_prefix>def roman(n):<fim_suffix><fim_middle>', 'completion'],
  ['[SUFFIX]\n    return x[PREFIX]def roman(n):\n', 'completion'],
  ['<PRE> def roman(n): <SUF> return x <MID>', 'completion'],
  [
    "You are a HOLE FILLER. You are provided with a file containing holes, formatted as '{{HOLE_NAME}}'.\n<QUERY>\ndef roman(n):\n    {{FILL_HERE}}\n</QUERY>",
    'completion',
  ],
  [[AIDER, 'Write a function roman(n) in x.py'], 'edit'],
  [
    `The user has requested a section of code in a file to be rewritten.\n\nThis is the code to rewrite:\n${fence(ROMAN)}\n\nThe user's request is: "make it right"\n\nDO NOT output any natural language, only output the code changes.`,
    'edit',
  ],
  [`${fence(ROMAN)}\n\nPlease rewrite the above file to address the following request:\n\nhandle 0`, 'edit'],
  [`${fence('def roman(n):\n    [BLANK]')}\n\nFill in the blank to complete the code block.`, 'completion'],
  [['system:Respond only in JSON.', WISH], 'format'],
  // Other languages.
  ['Write a JavaScript function that reverses a string.', 'language'],
  ['write a function in TypeScript to debounce calls', 'language'],
  ['Write a SQL query that counts users per day', 'language'],
  ['write a bash script to rename files', 'language'],
  ['Implement quicksort in C++', 'language'],
  ['Write a function in Go that reverses a slice', 'language'],
  ['Convert this Python function to Rust:\n\n```python\ndef add(a, b):\n    return a + b\n```', 'language'],
  ['fix this\n```js\nfunction add(a, b) { return a - b }\n```', 'language'],
  ['Show me a code snippet of a website sticky header in CSS and JavaScript.', 'nothing'],
  [[WISH, ANSWER, 'now translate it to JavaScript'], 'language'],
  // Questions, explanations, reviews.
  ['What is a decorator in Python?', 'question'],
  ['How do I write a function that reverses a string in Python?', 'question'],
  [`Explain this code:\n\n${fence(ROMAN)}`, 'question'],
  [`What does this function do?\n\n${fence(STUB)}`, 'question'],
  [`Can you explain why this is slow?\n${fence(ROMAN)}`, 'question'],
  [`Review this function for bugs\n\n${fence(ROMAN)}`, 'question'],
  ['Is there a function in Python that reverses a string?', 'question'],
  ['Should I write a function or a class for this?', 'question'],
  ['Why does my python function return None?', 'question'],
  ['What is the difference between a list and a tuple?', 'question'],
  ['Can Python write to a file?', 'question'],
  [[WISH, ANSWER, 'why does it work?'], 'question'],
  [[WISH, ANSWER, 'Explain it step by step'], 'question'],
  [[WISH, ANSWER, 'what about negative numbers?'], 'question'],
  // Texts.
  [`Write unit tests for this function\n\n${fence(ROMAN)}`, 'text'],
  [`Add comments to this code\n\n${fence(ROMAN)}`, 'text'],
  ['Write a haiku about Python', 'text'],
  ['Write a blog post about functions in Python', 'text'],
  ['Give me an example of a Python decorator', 'text'],
  ['Write a regex for email addresses in Python', 'text'],
  ['Please write an email to my boss', 'text'],
  [[WISH, ANSWER, 'now write a README for it'], 'text'],
  [[WISH, ANSWER, 'Add tests'], 'text'],
  // Programs.
  ['Create a todo app in Python', 'program'],
  ['Write a Flask web server in Python with two routes', 'program'],
  ['make a snake game in python', 'program'],
  ['Write a Python script that renames all files in a folder', 'program'],
  ['Build a GUI calculator with tkinter', 'program'],
  ['Write a discord bot in python', 'program'],
  ['write python code to plot a sine wave with matplotlib', 'program'],
  ['Create a class hierarchy for shapes in shapes.py and main.py', 'program'],
  ['Write functions for a calculator in Python', 'program'],
  [[WISH, ANSWER, 'turn it into a Flask app'], 'program'],
  [[WISH, ANSWER, 'Now build a GUI for it'], 'program'],
  ['Write a(x) and b(x): `a(x)` adds one, `b(x)` takes one. Write the functions in Python.', 'program'],
  ['Write a Python function for `a(x)` and `b(x)`.', 'several'],
  // Images.
  ['Write a function that does what ![this](http://x/y.png) shows.', 'image'],
  ['Write a python function for this: data:image/png;base64,iVBORw0KGgo=', 'image'],
  // Talk.
  ['hi', 'nothing'],
  ["Hey how's it going?", 'question'],
  ['test from litellm', 'nothing'],
  ['quota', 'nothing'],
  ['Thanks, that works great!', 'nothing'],
  ['Tell me a random fun fact about the Roman Empire', 'question'],
  ['Write me a plan for my week', 'text'],
  ['I want to learn Python.', 'nothing'],
  ['The function of the heart is to pump blood.', 'nothing'],
  ['My function returns None and I am sad', 'nothing'],
  ['Implement the new policy at our company', 'nothing'],
  ['Help me write a novel', 'nothing'],
  ['Write a python function', 'nothing'],
  ['Define a class in sociology', 'nothing'],
  ['Define class struggle', 'nothing'],
  ['Write a method for baking bread', 'nothing'],
  ['Design a class about yoga', 'nothing'],
  ['Write a function for my wedding', 'nothing'],
  ['Create a helper for my kids party', 'nothing'],
  ["Let's play a game: you are a python function", 'nothing'],
  ['Complete the function below.', 'nothing'],
  ['find a function that maps 1 to 2', 'nothing'],
  ['Show me the sine function', 'nothing'],
  ['Prove that the function f(x) = x^2 is convex.', 'nothing'],
  ['Let f(2) = 4 and f(3) = 9. What is f(4)?', 'question'],
  ['Write a function table for y = 2x + 1', 'text'],
  ['I want a class on pottery that is cheap', 'nothing'],
  ['Create a promo code that gives 10% off', 'nothing'],
  ['Give me a method that helps me sleep', 'nothing'],
  ['Improve this sentence: I has a cat.', 'nothing'],
  ['Generate a solution to world hunger', 'nothing'],
  ['Make a plan to learn Python functions', 'text'],
  ['Write a short story where a python function comes alive', 'text'],
  ['Fix the sink in my kitchen', 'nothing'],
  ['Translate this paragraph to French: The class begins at nine.', 'text'],
  [ROMAN, 'nothing'],
  [[WISH, ANSWER, 'thank you'], 'nothing'],
  [[WISH, ANSWER, 'Great, now it returns the right thing.'], 'nothing'],
  [[WISH, ANSWER, 'Great, it works now.'], 'nothing'],
  ['', 'empty'],
  [[WISH, ANSWER], 'turn'],
];
