"""Rows for feedback.ts of a model's own drafts: python3 failures.py FILE.gguf COUNT FIRST_SEED TEMPERATURE ROWS.jsonl

A refiner that has only seen single mistakes repeats the failing code of another model; its repairs should be trained on drafts too. Take
seeds behind those of rows.py, so that a draft is of a task that the model was not trained on.
"""

import json
import sys
from itertools import islice

import torch

from evaluate import AT_ONCE, drawn, greenloop_texts
from export import read
from rows import rows_of, training_tasks


def main(model_path, count, first_seed, temperature, to):
    torch.set_num_threads(1)
    player = read(model_path)
    tasks = training_tasks(int(count), int(first_seed))
    with open(to, 'w', encoding='utf-8') as file:
        while group := list(islice(tasks, AT_ONCE)):
            rows = [next(rows_of(task)) for task in group]
            users = [text['generator'] for text in greenloop_texts(rows)]
            for row, code in zip(rows, drawn(player, users, float(temperature), int(rows[0]['id']))):
                if code.strip() and code != row['reference']:
                    file.write(json.dumps({**row, 'code': code, 'mistake': 'own-draft'}) + '\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
