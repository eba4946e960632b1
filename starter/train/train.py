"""Trains one size: python3 train.py SIZE STEPS SEED EXAMPLES.jsonl TOKENIZER.json MODEL.pt"""

import sys
import time

import torch
from torch.nn import functional

import tokenizer as tokenizers
from batches import batches, encoded
from model import SIZES, Llama
from optimizer import Optimizer
from texts import read

REPORT_EVERY = 100  # steps


def loss_of(model, tokens, weights):
    """(weighted mean loss, mean loss of the answers' tokens)."""
    counted = weights > 0
    hidden = model.hidden_states(tokens[:, :-1])[counted]
    losses = functional.cross_entropy(model.logits(hidden), tokens[:, 1:][counted], reduction='none')
    weights = weights[counted]
    return (losses * weights).sum() / weights.sum(), losses[weights == 1].mean().item()


def train(model, data, steps):
    """Runs the steps and says how it goes."""
    optimizer, losses, seen, start = Optimizer(model), [], 0, time.time()
    for number, (tokens, weights) in zip(range(steps), data):
        loss, answer_loss = loss_of(model, tokens, weights)
        loss.backward()
        optimizer.step(number, number / steps)
        losses.append(answer_loss)
        seen += tokens.numel()
        if (number + 1) % REPORT_EVERY == 0:
            recent = sum(losses[-REPORT_EVERY:]) / REPORT_EVERY
            print(f'step {number + 1} loss {recent:.4f} {seen / (time.time() - start):.0f} tokens/s', flush=True)


def main(size, steps, seed, examples, tokenizer_path, to):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # what attention does not see becomes that small, and slow
    torch.manual_seed(int(seed))
    tokenizer = tokenizers.load(tokenizer_path)
    data = encoded(tokenizer, read(examples))
    model = Llama(SIZES[size], len(tokenizer.tokens))
    print(f'{size}: {sum(weight.numel() for weight in model.parameters())} parameters, {len(data)} examples, '
          f'{sum(len(numbers) for numbers, _ in data)} tokens', flush=True)
    train(model, batches(data, tokenizer.ids[tokenizers.PAD], seed), int(steps))
    torch.save({'size': size, 'entries': model.entries, 'weights': model.state_dict()}, to)


if __name__ == '__main__':
    main(*sys.argv[1:])
