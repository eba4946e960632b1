import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { firstIssue, issueText } from '../../src/base/issue-text.ts';

const schema = z.array(z.strictObject({ count: z.int({ error: 'expected a count' }) }), { error: 'expected a list' });

test('what is wrong with data is named by its field, or as the whole', () => {
  const field = schema.safeParse([{ count: 1 }, { count: 'x' }]).error!;
  assert.equal(issueText(field), '1.count: expected a count');
  assert.deepEqual(firstIssue(field), { place: '1.count', message: 'expected a count' });
  const whole = schema.safeParse(3).error!;
  assert.equal(issueText(whole), 'expected a list');
  assert.equal(issueText(whole, 'top level'), 'top level: expected a list');
});
