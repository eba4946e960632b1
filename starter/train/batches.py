"""Batches of examples of like length, with a weight for every token that is to be predicted."""

from random import Random

import torch

BATCH_TOKENS = 2300
LONGEST = 512  # tokens
PROMPT_SHARE, PROMPT_WEIGHT = 0.25, 0.4  # of a prompt's tokens a quarter is learnt, and counts less than an answer's with its 1
BUCKET = 4000  # examples that are sorted by length together


def encoded(tokenizer, examples):
    """(numbers, length of the prompt) of every example that is short enough."""
    kept = []
    for user, answer in examples:
        prompt = tokenizer.chat(user)
        numbers = prompt + tokenizer.encode(answer) + [tokenizer.ids['<|endoftext|>']]
        if len(numbers) <= LONGEST:
            kept.append((numbers, len(prompt)))
    return kept


def batches(examples, padding, seed):
    """(tokens, weights of tokens 1...) for ever, in an order that the seed alone decides."""
    rng = Random(f'batches {seed}')
    order = list(range(len(examples)))
    while True:
        rng.shuffle(order)
        groups = []
        for start in range(0, len(order), BUCKET):
            groups += groups_of(sorted(order[start:start + BUCKET], key=lambda index: len(examples[index][0])), examples)
        rng.shuffle(groups)
        for group in groups:
            yield tensors([examples[index] for index in group], padding)


def groups_of(indices, examples):
    """Runs of the sorted indices that fill a batch."""
    groups, current = [], []
    for index in indices:
        if current and len(examples[index][0]) * (len(current) + 1) > BATCH_TOKENS:
            groups.append(current)
            current = []
        current.append(index)
    return [*groups, current] if current else groups


def tensors(group, padding):
    length = max(len(numbers) for numbers, _ in group)
    tokens = torch.full((len(group), length), padding)
    weights = torch.zeros(len(group), length - 1)
    for row, (numbers, prompt_length) in enumerate(group):
        tokens[row, :len(numbers)] = torch.tensor(numbers)
        weights[row, :len(numbers) - 1] = PROMPT_WEIGHT * (torch.rand(len(numbers) - 1) < PROMPT_SHARE)
        weights[row, prompt_length - 1:len(numbers) - 1] = 1
    return tokens, weights
