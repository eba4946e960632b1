import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draw } from '../../../src/models/model.ts';
import { answerByRules, parseScript } from '../../../src/models/scripted/script-file.ts';
import { ScriptedModel } from '../../../src/models/scripted/scripted-model.ts';
import { requestFor } from '../requests.ts';

const script = `
- {task: HumanEval/0, role: refiner, attempt: 2, text: second repair}
- {task: HumanEval/0, role: refiner, text: first repair}
- {task: 'Human*/1', repeat: 1, text: other, finish_reason: length}
- task: 'Mbpp/*'
  text: |
    def f():
        return 1
`;

function model(text = script): ScriptedModel {
  return new ScriptedModel('demo.yaml', answerByRules(parseScript(text, 'demo.yaml'), 'demo.yaml'));
}

async function answerTo(draw: Partial<Draw>, text = script): Promise<string> {
  return (await model(text).complete(requestFor('hi', { draw }))).text;
}

test('the first rule that matches a draw answers it', async () => {
  assert.equal(await answerTo({ role: 'refiner', attempt: 1 }), 'first repair');
  assert.equal(await answerTo({ role: 'refiner', attempt: 2 }), 'second repair');
  assert.equal(await answerTo({ taskId: 'HumanEval/1', repeat: 1 }), 'other');
  assert.equal(await answerTo({ taskId: 'Mbpp/11' }), 'def f():\n    return 1\n');
  assert.equal(await answerTo({}, '[{"text": "JSON is YAML"}]'), 'JSON is YAML');
});

test('a task is matched whole, and only * stands for something else', async () => {
  await assert.rejects(answerTo({ taskId: 'HumanEval/01' }, '[{task: HumanEval/0, text: x}]'), /no rule/);
  await assert.rejects(answerTo({ taskId: 'HumanEval/0' }, '[{task: "HumanEval.0", text: x}]'), /no rule/);
  assert.equal(await answerTo({ taskId: 'a+(b)/c' }, '[{task: "a+(b)*", text: x}]'), 'x');
});

test('a draw without a rule is a fault that names it', async () => {
  await assert.rejects(answerTo({ taskId: 'HumanEval/1' }), {
    name: 'ModelFault',
    message: 'demo.yaml has no rule for task HumanEval/1, role generator, attempt 0, repeat 0; add one',
  });
});

test('finish reason and delay are those of the rule', async () => {
  const completion = await model().complete(requestFor('hi', { draw: { taskId: 'HumanEval/1', repeat: 1 } }));
  assert.equal(completion.finishReason, 'length');
  const controller = new AbortController();
  const late = model('[{text: x, delay_seconds: 3600}]').complete(requestFor('hi'), controller.signal);
  setImmediate(() => controller.abort(new Error('enough')));
  await assert.rejects(late, /enough/);
});

test('a script with unknown keys or of another shape is refused with the place', () => {
  for (const [text, message] of [
    ['[{text: x, txt: y}]', /demo\.yaml: expected a list of rules .* at 0: .*txt/],
    ['[{text: x}, {task: y}]', /at 1\.text/],
    ['[{text: x, role: writer}]', /at 0\.role/],
    ['text: x', /expected a list of rules/],
    ['[{text: x', /neither YAML nor JSON/],
    ['', /expected a list of rules/],
  ] as const) {
    assert.throws(
      () => parseScript(text, 'demo.yaml'),
      (error: Error) => {
        assert.equal(error.name, 'Refusal');
        assert.match(error.message, message);
        return !error.message.includes('\n');
      },
    );
  }
});

test('a model in a program answers with text or with parts of a completion, and may throw', async () => {
  const echo = new ScriptedModel('echo', ({ messages }) => messages[0]?.content ?? '');
  assert.deepEqual(await echo.complete(requestFor('12345')), {
    text: '12345',
    finishReason: 'stop',
    usage: { promptTokens: 2, completionTokens: 2 },
    seconds: 0,
    timings: null,
  });
  const partial = new ScriptedModel('partial', () => ({ text: 'x', finishReason: 'length', usage: null, seconds: 3 }));
  const completion = await partial.complete(requestFor('hi'));
  assert.deepEqual([completion.finishReason, completion.usage, completion.seconds], ['length', null, 3]);
  const broken = new ScriptedModel('broken', () => {
    throw new Error('on purpose');
  });
  await assert.rejects(broken.complete(requestFor('hi')), /on purpose/);
});
