"""Greedy answers of a model file in PyTorch, for a test of the engine: python3 greedy.py FILE.gguf TASKS.jsonl COUNT GREEDY.jsonl"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from decode import answer_tokens
from export import read

HERE = Path(__file__).resolve().parent
NODE = HERE.parent.parent / 'node_modules' / '.bin' / 'node'
LONGEST_ANSWER = 200  # tokens


def greenloop_texts(rows):
    """What feedback.ts says of each row."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, 'rows.jsonl'), Path(folder, 'texts.jsonl')
        source.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
        subprocess.run([NODE, HERE / 'feedback.ts', source, target], check=True)
        return [json.loads(line) for line in target.read_text(encoding='utf-8').splitlines()]


def main(model_path, tasks_path, count, to):
    torch.set_num_threads(1)
    model, tokenizer = read(model_path)
    lines = Path(tasks_path).read_text(encoding='utf-8').splitlines()[:int(count)]
    fields = ('id', 'prompt', 'entry_point', 'examples')
    users = [text['generator'] for text in greenloop_texts([{key: json.loads(line)[key] for key in fields} for line in lines])]
    options = {'temperature': 0, 'seed': 0, 'max_tokens': LONGEST_ANSWER}
    with open(to, 'w', encoding='utf-8') as file:
        for user, numbers in zip(users, answer_tokens(model, tokenizer, users, options)):
            row = {'user': user, 'prompt': tokenizer.chat(user), 'answer': numbers, 'text': tokenizer.decode(numbers)}
            file.write(json.dumps(row) + '\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
