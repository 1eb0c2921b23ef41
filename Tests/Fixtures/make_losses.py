#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6"]
# ///
"""Writes losses.json: losses, optimisers and clipped gradients, computed by PyTorch in float64.

A loss has zoo's name and options, its inputs, each with a shape and values, and
    value      the loss, a scalar or a tensor
    weights    values of its shape: the differentiated scalar is the sum of all products of value and weights
    gradients  of that sum, by input; missing inputs are constants
    curvature  gradients of the sum of the squares of these gradients
An optimiser has its settings, parameters, and for each step gradients and the parameters after it.
A clipping has gradients, the greatest absolute value and the gradients after it.
A schedule has a learning rate for each step from 0.
Run by hand, where these versions are installed; the tests read only the JSON.
"""

import platform
from pathlib import Path

import numpy
import torch
from torch.nn import functional

from fixture_format import numbers, write

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = numpy.random.default_rng(140912)


def record(tensor: torch.Tensor) -> dict:
    values = numbers(tensor)
    return {"shape": list(tensor.shape), "values": values if tensor.ndim else [values]}


def records(tensors: dict[str, torch.Tensor]) -> dict:
    return {name: record(tensor) for name, tensor in tensors.items()}


def uniform(*shape: int, low: float = -2, high: float = 2) -> torch.Tensor:
    return torch.tensor(random.uniform(low, high, shape).round(4))


def case(name: str, function, variables: dict, constants: dict | None = None, **options) -> dict:
    constants = constants or {}
    variables = {key: value.clone().requires_grad_(True) for key, value in variables.items()}
    value = function(**variables, **constants)
    weights = uniform(*value.shape)

    def gradients(scalar):
        found = torch.autograd.grad(
            scalar, list(variables.values()), create_graph=True, allow_unused=True, materialize_grads=True)
        return dict(zip(variables, found))

    first = gradients((value * weights).sum())
    squares = sum(gradient.square().sum() for gradient in first.values())
    second = gradients(squares) if squares.requires_grad else {
        key: torch.zeros_like(item) for key, item in variables.items()}
    return {"name": name, "options": options, "inputs": records({**variables, **constants}), "value": record(value),
            "weights": record(weights), "gradients": records(first), "curvature": records(second)}


def reduced(name: str, function, variables, constants=None, options=None) -> list[dict]:
    return [
        case(name, lambda reduction=reduction, **inputs: function(**inputs, reduction=reduction), variables, constants,
             reduction=reduction, **(options or {}))
        for reduction in ["none", "mean", "sum"]
    ]


def hinge(predictions, targets, reduction):
    losses = functional.relu(1 - targets * predictions)
    return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]


pair = {"predictions": uniform(3, 4), "targets": uniform(3, 4)}
wide = {"predictions": uniform(3, 4, low=-5, high=5), "targets": uniform(3, 4)}
unit = {"predictions": uniform(3, 4, low=0.01, high=0.99), "targets": uniform(3, 4, low=0, high=1)}
scores = {"predictions": uniform(3, 4, low=-40, high=40), "targets": uniform(3, 4, low=0, high=1)}
losses = [
    *reduced(
        "mse", lambda predictions, targets, reduction: functional.mse_loss(predictions, targets, reduction=reduction),
        pair),
    *reduced(
        "l1", lambda predictions, targets, reduction: functional.l1_loss(predictions, targets, reduction=reduction),
        pair),
    *[item for delta in [1.0, 0.4] for item in reduced(
        "huber",
        lambda predictions, targets, reduction, delta=delta: functional.huber_loss(
            predictions, targets, delta=delta, reduction=reduction), wide, options={"delta": delta})],
    *reduced("bce", lambda predictions, targets, reduction: functional.binary_cross_entropy(
        predictions, targets, reduction=reduction), unit),
    *reduced("bceWithLogits", lambda predictions, targets, reduction: functional.binary_cross_entropy_with_logits(
        predictions, targets, reduction=reduction), scores),
    *reduced(
        "bceWithLogits",
        lambda predictions, targets, weights, reduction: functional.binary_cross_entropy_with_logits(
            predictions, targets, pos_weight=weights, reduction=reduction),
        scores, {"weights": uniform(4, low=0.2, high=3)}),
    *reduced("hinge", hinge, {"predictions": uniform(3, 4)},
             {"targets": torch.from_numpy(random.choice([-1.0, 1.0], (3, 4)))}),
]
for shape in [(5,), (4, 5), (2, 5, 3)]:
    sample = shape if len(shape) == 1 else (shape[0],) + shape[2:]
    sample = () if len(shape) == 1 else sample
    classes = torch.tensor(random.integers(0, 5, sample))
    chances = torch.softmax(uniform(*shape), 0 if len(shape) == 1 else 1).detach().round(decimals=4)
    for weights in [None, uniform(5, low=0.1, high=2)]:
        for smoothing in [0.0, 0.3]:
            given = {} if weights is None else {"weights": weights}

            def cross_entropy(predictions, targets, reduction, weights=None, smoothing=smoothing):
                return functional.cross_entropy(
                    predictions, targets, weight=weights, label_smoothing=smoothing, reduction=reduction)

            options = {"labelSmoothing": smoothing}
            logits = {"predictions": uniform(*shape)}
            losses += reduced("crossEntropy", cross_entropy, logits, {"targets": classes, **given},
                              {**options, "classes": True})
            losses += reduced("crossEntropy", cross_entropy, {**logits, "targets": chances}, given, options)


def steps(name: str, make, settings: dict) -> dict:
    parameters = {"bias": uniform(3), "weight": uniform(3, 2)}
    tensors = {key: value.clone().requires_grad_(True) for key, value in parameters.items()}
    optimizer = make(list(tensors.values()))
    result = {"name": name, "settings": settings, "parameters": records(parameters), "steps": []}
    for step in range(5):
        gradients = {key: uniform(*value.shape) for key, value in tensors.items()}
        if step == 2:
            gradients["bias"][1] = 0
        for key, tensor in tensors.items():
            tensor.grad = gradients[key].clone()
        optimizer.step()
        result["steps"].append({"gradients": records(gradients), "parameters": records(
            {key: value.detach().clone() for key, value in tensors.items()})})
    return result


sgd = [
    {"rate": 0.1}, {"rate": 0.1, "momentum": 0.9}, {"rate": 0.05, "momentum": 0.9, "nesterov": True},
    {"rate": 0.1, "momentum": 0.5, "dampening": 0.25}, {"rate": 0.1, "weightDecay": 0.01},
    {"rate": 0.1, "momentum": 0.9, "dampening": 0.5, "weightDecay": 0.1},
    {"rate": 0.1, "momentum": 0.8, "nesterov": True, "weightDecay": 0.1},
]
adamw = [{"rate": 1e-3}, {"rate": 0.05, "weightDecay": 0.1},
         {"rate": 0.05, "betas": [0.5, 0.75], "eps": 0.001, "weightDecay": 0}]
optimizers = [
    steps("sgd", lambda p, s=s: torch.optim.SGD(
        p, lr=s["rate"], momentum=s.get("momentum", 0), dampening=s.get("dampening", 0),
        weight_decay=s.get("weightDecay", 0), nesterov=s.get("nesterov", False)), s)
    for s in sgd
] + [
    steps("adamw", lambda p, s=s: torch.optim.AdamW(
        p, lr=s["rate"], betas=s.get("betas", (0.9, 0.999)), eps=s.get("eps", 1e-8),
        weight_decay=s.get("weightDecay", 0.01)), s)
    for s in adamw
]

clippings = []
for limit in [0.5, 10.0]:
    before = {"bias": uniform(3), "weight": uniform(3, 2)}
    tensors = [value.clone().requires_grad_(True) for value in before.values()]
    for tensor, gradient in zip(tensors, before.values()):
        tensor.grad = gradient.clone()
    torch.nn.utils.clip_grad_value_(tensors, limit)
    clippings.append({"maxValue": limit, "gradients": records(before),
                      "clipped": records(dict(zip(before, [tensor.grad for tensor in tensors])))})


def rates(name: str, make, count: int = 14) -> dict:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.2)
    schedule = make(optimizer)
    values = []
    for _ in range(count):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return {"name": name, "rates": values}


from torch.optim import lr_scheduler  # noqa: E402

schedules = [
    rates("constant", lambda o: lr_scheduler.ConstantLR(o, factor=1)),
    rates("linear", lambda o: lr_scheduler.LinearLR(o, start_factor=1, end_factor=0.25, total_iters=10)),
    # PyTorch's schedule rises again after its minimum, and zoo's does not, so the comparison ends there.
    rates("cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=10, eta_min=0.05), count=11),
    rates("step", lambda o: lr_scheduler.StepLR(o, step_size=4, gamma=0.5)),
    rates("exponential", lambda o: lr_scheduler.ExponentialLR(o, gamma=0.9)),
    rates("warmup", lambda o: lr_scheduler.SequentialLR(
        o, [lr_scheduler.LinearLR(o, start_factor=0.2, end_factor=1, total_iters=4),
            lr_scheduler.StepLR(o, step_size=4, gamma=0.5)], milestones=[4])),
]

write(Path(__file__).with_name("losses.json"), {
    "made_by": f"make_losses.py, PyTorch {torch.__version__}, Python {platform.python_version()}",
    "losses": losses, "optimizers": optimizers, "clippings": clippings, "schedules": schedules,
})
