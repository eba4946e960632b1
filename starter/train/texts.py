"""Training examples of the texts that feedback.ts wrote: pairs of what the user says and what the assistant should answer."""

import json

# A time-out's text names the limit, and the limit here is not the user's; what passed and what never ran needs no repair.
REPAIRED = ('failed', 'raised', 'syntax-error')


def examples(rows_path, texts_path):
    """(user, answer, kind) of every row: a draft, or a repair whose feedback detail goes by turns."""
    with open(rows_path, encoding='utf-8') as rows, open(texts_path, encoding='utf-8') as texts:
        repairs = 0
        for row, text in zip(map(json.loads, rows), map(json.loads, texts), strict=True):
            if row['id'] != text['id']:
                raise ValueError(f'expected the texts of row {row["id"]}, got those of {text["id"]}')
            answer = fenced(row['reference'])
            if 'generator' in text:
                yield text['generator'], answer, 'draft'
            elif text['kind'] in REPAIRED:
                repairs += 1
                yield text['values' if repairs % 2 else 'traceback'], answer, 'repair'


def fenced(code):
    """A whole answer, as greenloop's prompts ask for it."""
    return f'```python\n{code.rstrip()}\n```'


def code_of(answer):
    """The code of an answer in that form; of another one, the answer itself."""
    _, fence, rest = answer.partition('```python\n')
    return rest.partition('\n```')[0] + '\n' if fence else answer
