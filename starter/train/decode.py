"""Answers of a model in PyTorch: greedily, or drawn at a temperature; the reference for the engine that runs the model file."""

import torch


@torch.no_grad()
def answer_tokens(model, tokenizer, users, options):
    """Token numbers of the answers to several requests at once. options: temperature (0 is greedy), seed, max_tokens."""
    generator = torch.Generator().manual_seed(options['seed'])
    rows = [tokenizer.chat(user) for user in users]
    lengths = [len(row) for row in rows]
    end, padding = tokenizer.ids['<|endoftext|>'], tokenizer.ids['<|pad|>']
    open_rows = set(range(len(rows)))
    for _ in range(options['max_tokens']):
        chosen = sorted(open_rows)
        if not chosen:
            break
        longest = max(len(rows[row]) for row in chosen)
        tokens = torch.tensor([rows[row] + [padding] * (longest - len(rows[row])) for row in chosen])
        last = torch.tensor([len(rows[row]) - 1 for row in chosen])
        logits = model.logits(model.hidden_states(tokens)[torch.arange(len(chosen)), last])
        for row, number in zip(chosen, picked(logits, options['temperature'], generator)):
            if number == end:
                open_rows.discard(row)
            else:
                rows[row].append(number)
    return [row[length:] for row, length in zip(rows, lengths)]


def answers(model, tokenizer, users, options):
    """The same as texts."""
    return [tokenizer.decode(numbers) for numbers in answer_tokens(model, tokenizer, users, options)]


def picked(logits, temperature, generator):
    """A token for each row."""
    if temperature == 0:
        return logits.argmax(-1).tolist()
    return torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)[:, 0].tolist()
