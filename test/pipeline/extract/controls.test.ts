import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { extractCode } from '../../../src/pipeline/extract.ts';
import { descriptionPrompt } from '../task-prompt.ts';

const PROMPT = descriptionPrompt({ entryPoint: 'run_lengths', text: 'Write run_lengths(text).', examples: [] });
const CODE = 'def run_lengths(text):\n    runs = []\n    return [(char, 1) for char in text]';
const WRONG = 'def run_lengths(text):\n    return 0';

function fenced(code: string, language = 'python'): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

function extracted(answer: string): string {
  return extractCode(answer, PROMPT).code;
}

/** Programs whose strings, comments or names look like what is cut elsewhere. */
const PROGRAMS: Record<string, string> = {
  'tokens in strings': `STOP = ["<|im_end|>", "</s>", "<end_of_turn>"]\n\n\n${CODE}\n\n\nEND = '<|eot_id|>'`,
  'thoughts in strings': `import re\n\n\ndef spoken(text):\n    """Removes <think>...</think>."""\n    return re.sub(r"<think>.*?</think>", "", text)\n\n\n${CODE}`,
  'lines of thoughts in a string': `PROMPT = """\n<think>\nhm\n</think>\n"""\n\n\n${CODE}`,
  'a fence in a string': `TEXT = """\n\`\`\`python\nx = 1\n\`\`\`\n"""\n\n\n${CODE}`,
  'quotation marks in a string': `MAIL = """\n> hello\n> \`\`\`\n"""\n\n\n${CODE}`,
  'numbered lines in a string': `STEPS = """\n1. a\n2. b\n"""\n\n\n${CODE}`,
  'a difference in a string': `DIFF = """\n--- a\n+++ b\n-x\n+y\n"""\n\n\n${CODE}`,
  'tags and markers in a string': `TEXT = """\n<code>\n</code>\n[BEGIN]\n[DONE]\n"""\n\n\n${CODE}`,
  'typographic characters in a string': `TEXT = "“—…” \u00A0"\n\n\n${CODE}`,
  'entities in a string': `TEXT = {"<": "&lt;"}\n\n\n${CODE}`,
  'a name in brackets': `END = -1\n\n\n${CODE}\n\n\ndef last(items):\n    return items[END]`,
  'a comment that ends in a marker': `${CODE}\n# [DONE]`,
  'letters of other scripts': `größe = 1\n\n\n${CODE}\n\n\nπ = größe`,
};

const AROUND: Record<string, (code: string) => string> = {
  'as it is': (code) => code,
  'in a fence': (code) => `Here:\n\n${fenced(code)}\n\nDone.`,
  'in a fence that is never closed': (code) => `\`\`\`python\n${code}`,
  'in tildes': (code) => `~~~python\n${code}\n~~~`,
  'after a thought': (code) => `<think>\nPerhaps ${fenced(WRONG)}\n</think>\n${fenced(code)}`,
  'before a token': (code) => `${fenced(code)}<|im_end|>`,
  'in a quotation': (code) => fenced(code).replace(/^/gm, '> '),
};

describe('what looks like a mark, but stands in a program, stays', () => {
  for (const [name, code] of Object.entries(PROGRAMS)) {
    it(name, () => {
      for (const [where, around] of Object.entries(AROUND)) assert.equal(extracted(around(code)), code, where);
    });
  }

  it('in any order and in any surrounding', () => {
    const parts = Object.values(PROGRAMS).map((code) => code.replace(CODE, '').trim());
    fc.assert(
      fc.property(
        fc.subarray(parts, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(...Object.values(AROUND)),
        (some, around) => {
          const code = [...some.filter((part) => !part.includes('# [DONE]')), CODE].join('\n\n\n');
          assert.equal(extracted(around(code)), code);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a broken definition stays whole and broken', () => {
  const broken: Record<string, string> = {
    'a missing colon': 'def run_lengths(text)\n    return []',
    'a line at another margin': 'def run_lengths(text):\n    runs = []\n  return runs',
    'an else at another margin': 'def run_lengths(text):\n    if text:\n        return []\n   else:\n        return []',
    'a docstring without an end': 'def run_lengths(text):\n    """The runs.\n    return []',
    'a class without a colon': `class Runs\n    pass\n\n\n${CODE}`,
    'a word of another language': 'def run_lengths(text):\n    var x = 3;\n    return x',
  };
  for (const [name, code] of Object.entries(broken)) {
    it(name, () => {
      assert.equal(extracted(`Here:\n${fenced(code)}\nDone.`), code);
      assert.equal(extracted(code), code);
    });
  }
});
