"""Muon for matrices (https://kellerjordan.github.io/posts/muon/) and AdamW for the rest, under one schedule."""

import torch

MUON_RATE, ADAM_RATE = 0.02, 3e-3
MOMENTUM, DECAY = 0.95, 0.01
WARM_UP = 50  # steps
CONSTANT = 0.3  # of the steps, before the linear decay


class Muon:
    """Momentum whose steps are made orthogonal."""

    def __init__(self, matrices):
        self._matrices = [(matrix, torch.zeros_like(matrix)) for matrix in matrices]

    @torch.no_grad()
    def step(self, rate):
        for matrix, momentum in self._matrices:
            momentum.mul_(MOMENTUM).add_(matrix.grad)
            update = orthogonal(matrix.grad + MOMENTUM * momentum) * max(1, matrix.shape[0] / matrix.shape[1]) ** 0.5
            matrix.mul_(1 - rate * DECAY).add_(update, alpha=-rate)


def orthogonal(matrix):
    """Five Newton-Schulz steps towards the nearest orthogonal matrix."""
    x = matrix / (matrix.norm() + 1e-7)
    is_tall = x.shape[0] > x.shape[1]
    x = x.t() if is_tall else x
    for _ in range(5):
        square = x @ x.t()
        x = 3.4445 * x + (-4.7750 * square + 2.0315 * square @ square) @ x
    return x.t() if is_tall else x


class Optimizer:
    """One step of both on the gradients at hand; `share` is how much of the training is done, 0 to 1."""

    def __init__(self, model):
        matrices = [parameter for name, parameter in model.named_parameters() if is_matrix(name, parameter)]
        rest = [parameter for name, parameter in model.named_parameters() if not is_matrix(name, parameter)]
        self._model = model
        self._muon = Muon(matrices)
        self._adam = torch.optim.AdamW(rest, lr=ADAM_RATE, betas=(0.9, 0.98), weight_decay=0)

    def step(self, number, share):
        factor = min(1, (number + 1) / WARM_UP) * (1 if share < CONSTANT else max(0.02, (1 - share) / (1 - CONSTANT)))
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), 1.0)
        self._muon.step(MUON_RATE * factor)
        self._adam.param_groups[0]['lr'] = ADAM_RATE * factor
        self._adam.step()
        self._model.zero_grad(set_to_none=True)


def is_matrix(name, parameter):
    return parameter.dim() == 2 and not name.startswith('embedding')
