"""Training examples of the texts that feedback.ts wrote: python3 texts.py SHARE DRAFTS ROWS.jsonl TEXTS.jsonl [...] EXAMPLES.jsonl

An example is what the user says and what the assistant should answer. SHARE of the tasks come in, DRAFTS of these with their draft.
"""

import json
import sys
from random import Random

# A time-out's text names the limit, and the limit here is not the user's; what passed and what never ran needs no repair.
REPAIRED = ('failed', 'raised', 'syntax-error')
# How often a repair shows which text: the last two are for measuring what the error and the code are each worth.
FORMS = {'values': 44, 'traceback': 44, 'unrun': 4, 'codeless': 6}


def examples(rows_path, texts_path):
    """(row, user, answer, kind) of every row: a draft, or a repair in one of its forms."""
    with open(rows_path, encoding='utf-8') as rows, open(texts_path, encoding='utf-8') as texts:
        for row, text in zip(map(json.loads, rows), map(json.loads, texts), strict=True):
            if row['id'] != text['id']:
                raise ValueError(f'expected the texts of row {row["id"]}, got those of {text["id"]}')
            form = form_of(row, text)
            if form is not None:
                yield row, text[form], fenced(row['reference']), 'draft' if form == 'generator' else 'repair'


def form_of(row, text):
    """Which of the texts of a row is trained on; None for none of them."""
    if 'generator' in text:
        return 'generator'
    if row['code'] == row['reference']:
        return 'unrun'
    if text['kind'] not in REPAIRED:
        return None
    return Random(f'form {row["id"]}').choices(list(FORMS), FORMS.values())[0]


def chosen(row, kind, share, drafts):
    """Whether a row belongs to the shares; its id alone decides."""
    rng = Random(f'share {row["id"]}')
    return rng.random() < share and (rng.random() < drafts or kind == 'repair')


def fenced(code):
    """A whole answer, as greenloop's prompts ask for it."""
    return f'```python\n{code.rstrip()}\n```'


def code_of(answer):
    """The code of an answer in that form; of another one, the answer itself."""
    _, fence, rest = answer.partition('```python\n')
    return rest.partition('\n```')[0] + '\n' if fence else answer


def read(path):
    """(user, answer) pairs of a file of examples."""
    with open(path, encoding='utf-8') as file:
        return [tuple(json.loads(line)) for line in file]


def main(share, drafts, *paths):
    *sources, to = paths
    with open(to, 'w', encoding='utf-8') as file:
        for rows_path, texts_path in zip(sources[::2], sources[1::2], strict=True):
            for row, user, answer, kind in examples(rows_path, texts_path):
                if chosen(row, kind, float(share), float(drafts)):
                    file.write(json.dumps([user, answer]) + '\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
