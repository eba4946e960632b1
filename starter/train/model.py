"""A llama model in PyTorch: RMSNorm, rotary positions on neighbouring pairs, SwiGLU, tied embeddings."""

from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional

CONTEXT = 1024
EPSILON = 1e-5
ROPE_BASE = 10_000.0


@dataclass(frozen=True)
class Size:
    width: int
    layers: int
    heads: int
    hidden: int

    def as_dict(self):
        return asdict(self)


SIZES = {'xs': Size(96, 3, 3, 256), 's': Size(128, 4, 4, 352)}


class Norm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPSILON) * self.weight


class Block(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.heads = size.heads
        self.attention_norm, self.hidden_norm = Norm(size.width), Norm(size.width)
        self.query, self.key, self.value, self.output = (nn.Linear(size.width, size.width, bias=False) for _ in range(4))
        self.gate, self.up = (nn.Linear(size.width, size.hidden, bias=False) for _ in range(2))
        self.down = nn.Linear(size.hidden, size.width, bias=False)

    def forward(self, x, rotation, mask):
        batch, length, width = x.shape
        normed = self.attention_norm(x)
        query, key, value = (part(normed).view(batch, length, self.heads, -1).transpose(1, 2)
                             for part in (self.query, self.key, self.value))
        query = rotated(query, rotation) * (width // self.heads) ** -0.5
        # One call adds the mask and multiplies: in a batch of long texts the scores are most of what is to be moved.
        scores = torch.baddbmm(mask.expand(batch * self.heads, -1, -1), query.flatten(0, 1),
                               rotated(key, rotation).flatten(0, 1).transpose(-1, -2))
        mixed = (scores.softmax(-1) @ value.flatten(0, 1)).unflatten(0, (batch, self.heads))
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, length, width))
        normed = self.hidden_norm(x)
        return x + self.down(functional.silu(self.gate(normed)) * self.up(normed))


class Llama(nn.Module):
    """Token numbers (batch, length) to the last hidden states, or to logits."""

    def __init__(self, size, entries):
        super().__init__()
        self.size, self.entries = size, entries
        self.embedding = nn.Embedding(entries, size.width)
        self.blocks = nn.ModuleList(Block(size) for _ in range(size.layers))
        self.norm = Norm(size.width)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, 0, first_deviation(name, parameter))
        pair = torch.arange(0, size.width // size.heads, 2) / (size.width // size.heads)
        angles = torch.arange(CONTEXT)[:, None] * ROPE_BASE ** -pair
        self.register_buffer('cosine', angles.cos(), persistent=False)
        self.register_buffer('sine', angles.sin(), persistent=False)
        self.register_buffer('mask', torch.full((CONTEXT, CONTEXT), -1e9).triu(1), persistent=False)

    def hidden_states(self, tokens):
        length = tokens.shape[1]
        x, rotation = self.embedding(tokens), torch.complex(self.cosine[:length], self.sine[:length])
        for block in self.blocks:
            x = block(x, rotation, self.mask[:length, :length])
        return self.norm(x)

    def logits(self, hidden):
        return functional.linear(hidden, self.embedding.weight)

    def forward(self, tokens):
        return self.logits(self.hidden_states(tokens))


def first_deviation(name, parameter):
    """Standard deviation of a matrix at the start; what writes to the residual stream starts smaller."""
    if name.startswith('embedding'):
        return 0.02
    return parameter.shape[1] ** -0.5 * (0.5 if '.output.' in name or '.down.' in name else 1)


def rotated(x, rotation):
    """Neighbouring pairs turned by their position: llama.cpp's own order, so that nothing is permuted for the file."""
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
    return torch.view_as_real(pairs * rotation).flatten(-2)
