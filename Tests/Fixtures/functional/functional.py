#!/usr/bin/env python3
"""Writes functional.json: torch.autograd.functional, batched gradients and materialize_grads, in float64.

Run by hand, where PyTorch is installed; the tests read only the JSON. Functions have the same names in Swift.
A tensor is {shape, values}, row-major; null stands for a gradient that does not exist.
"""

import platform
import sys
from pathlib import Path

import torch
from torch.autograd import functional, grad

sys.path.append(str(Path(__file__).parent.parent))
from fixture_format import Inputs, write

torch.set_num_threads(1)
inputs = Inputs(torch.float64)


def record(tensor: torch.Tensor | None) -> dict | None:
    return tensor if tensor is None else {"shape": list(tensor.shape), "values": tensor.detach().flatten().tolist()}


def records(tensors: tuple) -> list:
    return [record(tensor) for tensor in tensors]


# Functions of x [2, 3] and y [3].
FUNCTIONS = {
    "vector": lambda x, y: ((x * y).tanh().sum(1), (x.exp() * y).sum(0), (y * y).sum()),
    "scalar": lambda x, y: ((x * y).tanh().sum() * y.exp().sum() + (x * x * x).mean(),),
    "linear": lambda x, y: ((x * 2).sum(),),
    "one of two": lambda x, y: ((y * y * y).sum(),),
}

x, y = inputs.make("x", [2, 3], -1, 1), inputs.make("y", [3], -1, 1)
u, v = inputs.make("u", [2, 3], -1, 1), inputs.make("v", [3], -1, 1)
cases = []
for name, function in FUNCTIONS.items():
    outputs = function(x, y)
    weights = [inputs.make(f"w{index} of {name}", list(output.shape), -1, 1) for index, output in enumerate(outputs)]
    single = len(outputs) == 1

    def call(*arguments: torch.Tensor) -> torch.Tensor | tuple:
        results = function(*arguments)
        return results[0] if single else results

    case = {"name": name, "outputs": records(outputs), "weights": records(weights)}
    case["vjp"] = records(functional.vjp(call, (x, y), weights[0] if single else tuple(weights))[1])
    products = functional.jvp(call, (x, y), (u, v))[1]
    case["jvp"] = records((products,) if single else products)
    blocks = functional.jacobian(call, (x, y))
    case["jacobian"] = [record(block) for row in ((blocks,) if single else blocks) for block in row]
    if single:
        case["hvp"] = records(functional.hvp(call, (x, y), (u, v))[1])
        case["vhp"] = records(functional.vhp(call, (x, y), (u, v))[1])
        case["hessian"] = [record(block) for row in functional.hessian(call, (x, y)) for block in row]

    # Three vectors at once; an input without a path to it, with null and with zeros as its gradient.
    leaves = [tensor.clone().requires_grad_(True) for tensor in (x, y)]
    results = [output for output in function(*leaves)]
    batch = [inputs.make(f"batch{index} of {name}", [3, *output.shape], -1, 1) for index, output in enumerate(results)]
    case["batch"] = records(batch)
    for key, zeros in [("batched", False), ("batchedZeros", True)]:
        case[key] = records(grad(results, leaves, batch, retain_graph=True, allow_unused=True,
                                 materialize_grads=zeros, is_grads_batched=True))
    cases.append(case)

write(Path(__file__).with_suffix(".json"), {
    "made_by": f"{Path(__file__).name}, PyTorch {torch.__version__}, Python {platform.python_version()}",
    "x": record(x), "y": record(y), "u": record(u), "v": record(v), "cases": cases,
})
