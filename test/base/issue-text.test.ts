import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { fileIssueText, firstIssue, issueText } from '../../src/base/issue-text.ts';
import { parseYaml } from '../../src/base/yaml.ts';

const schema = z.array(z.strictObject({ count: z.int({ error: 'expected a count' }) }), { error: 'expected a list' });

test('what is wrong with data is named by its field, or as the whole', () => {
  const field = schema.safeParse([{ count: 1 }, { count: 'x' }]).error!;
  assert.equal(issueText(field), '1.count: expected a count');
  assert.deepEqual(firstIssue(field), { place: '1.count', message: 'expected a count', line: null });
  const whole = schema.safeParse(3).error!;
  assert.equal(issueText(whole), 'expected a list');
  assert.equal(issueText(whole, 'top level'), 'top level: expected a list');
});

test('a missing or unknown field is called so, with its line in the text', () => {
  const shape = z.strictObject({ name: z.string(), stages: z.array(z.strictObject({ model: z.string() })) });
  const text = 'name: x\nstages:\n  - model: a\n  - modle: b\n';
  const data = parseYaml(text, 'x.yaml');
  const said = (value: unknown) => fileIssueText(shape.safeParse(value).error!, 'x.yaml', value);
  assert.equal(said(data), 'x.yaml, line 4: stages.1.model: missing (unknown field "modle")');
  assert.equal(said(parseYaml('name: 3\nstages: []\n', 'x')), 'x.yaml, line 1: name: expected string, got number');
  assert.equal(said(parseYaml('name: x\nstages: []\nmore: 1\n', 'x')), 'x.yaml, line 1: unknown field "more"');
  assert.equal(said({ name: 'x' }), 'x.yaml: stages: missing');
  const [row] = parseYaml('\n- {}\n', 'x') as unknown[];
  assert.equal(said(row), 'x.yaml, line 2: name: missing');
});

test('a value out of its range is said with the range', () => {
  const range = z.strictObject({
    n: z.int().min(1).max(3),
    name: z.string().min(1),
    list: z.array(z.int()).max(2),
    p: z.number().gt(0.5),
  });
  const right = { n: 1, name: 'x', list: [], p: 0.6 };
  const said = (value: object) => issueText(range.safeParse({ ...right, ...value }).error!);
  assert.equal(said({ n: 9 }), 'n: expected at most 3');
  assert.equal(said({ n: 0 }), 'n: expected at least 1');
  assert.equal(said({ name: '' }), 'name: expected at least 1 characters');
  assert.equal(said({ list: [1, 2, 3] }), 'list: expected at most 2 items');
  assert.equal(said({ p: 0.5 }), 'p: expected more than 0.5');
});
