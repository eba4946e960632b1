"""Greedy answers of a model file in PyTorch, for a test of the engine: python3 greedy.py FILE.gguf TASKS.jsonl COUNT GREEDY.jsonl

The engine keeps keys and values in half precision and adds in another order, so logits differ in the third decimal. Answers in which two
tokens are nearer than MARGIN at some place are passed over: there rounding decides, on another processor perhaps otherwise.
"""

import json
import subprocess
import sys
import tempfile
from itertools import chain, islice
from pathlib import Path

import torch

from decode import answer_tokens
from export import read

HERE = Path(__file__).resolve().parent
NODE = HERE.parent.parent / 'node_modules' / '.bin' / 'node'
LONGEST_ANSWER = 200  # tokens
MARGIN = 0.01  # logits
AT_ONCE = 60


def greenloop_texts(rows):
    """What feedback.ts says of each row."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, 'rows.jsonl'), Path(folder, 'texts.jsonl')
        source.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
        subprocess.run([NODE, HERE / 'feedback.ts', source, target], check=True)
        return [json.loads(line) for line in target.read_text(encoding='utf-8').splitlines()]


@torch.no_grad()
def least_margin(model, prompt, answer):
    """How far apart the two best tokens are where they are nearest, in logits, over an answer and its end."""
    logits = model(torch.tensor([prompt + answer]))[0, len(prompt) - 1:]
    best, second = logits.topk(2).values.unbind(-1)
    return (best - second).min().item()


def greedy_rows(model, tokenizer, users):
    """Prompts with their answers, without those that rounding decides."""
    options = {'temperature': 0, 'seed': 0, 'max_tokens': LONGEST_ANSWER}
    for user, answer in zip(users, answer_tokens(model, tokenizer, users, options)):
        prompt = tokenizer.chat(user)
        if least_margin(model, prompt, answer) >= MARGIN:
            yield {'user': user, 'prompt': prompt, 'answer': answer, 'text': tokenizer.decode(answer)}


def main(model_path, tasks_path, count, to):
    torch.set_num_threads(1)
    model, tokenizer = read(model_path)
    lines = Path(tasks_path).read_text(encoding='utf-8').splitlines()
    fields = ('id', 'prompt', 'entry_point', 'examples')
    users = [text['generator'] for text in greenloop_texts([{key: json.loads(line)[key] for key in fields} for line in lines])]
    groups = (greedy_rows(model, tokenizer, users[start:start + AT_ONCE]) for start in range(0, len(users), AT_ONCE))
    with open(to, 'w', encoding='utf-8') as file:
        for row in islice(chain.from_iterable(groups), int(count)):
            file.write(json.dumps(row) + '\n')


if __name__ == '__main__':
    main(*sys.argv[1:])
