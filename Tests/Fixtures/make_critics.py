#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6"]
# ///
"""Writes critics.json: gradient penalties of small critics, computed by PyTorch in float64.

A case holds the critic's parameters and buffers under the names and in the layouts of this package, an input, and
    output     critic(input)
    penalty    the mean of (norm of the gradient of a sample - 1)^2, equation 3 of arXiv:1704.00028
    gradients  of the penalty, by parameter; zero if PyTorch has none
    updates    the buffers after the call
Run by hand, where these versions are installed; the tests read only the JSON.
"""

import platform
import warnings
from pathlib import Path

import numpy
import torch
from torch import nn

from fixture_format import numbers, write

warnings.simplefilter("ignore")
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = numpy.random.default_rng(170400028)


def record(tensor: torch.Tensor) -> dict:
    values = numbers(tensor)
    return {"shape": list(tensor.shape), "values": values if tensor.ndim else [values]}


def fill(module: nn.Module) -> None:
    """Replaces PyTorch's initial values: biases that are not 0, scales that are not 1."""
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            tensor.copy_(torch.from_numpy(random.uniform(-0.8, 0.8, tensor.shape).round(4)))
        for name, tensor in module.named_buffers():
            if name.endswith(("_u", "_v")):
                direction = torch.from_numpy(random.standard_normal(tensor.shape))
                tensor.copy_(direction / direction.norm())
            elif tensor.dtype == torch.float64:
                tensor.copy_(torch.from_numpy(random.uniform(0.2, 1.5, tensor.shape).round(4)))


def plain(names: dict[str, str]):
    """A mapping that only renames."""
    return lambda state: {ours: state[theirs] for theirs, ours in names.items()}


def gates(tensor: torch.Tensor, order: str, onnx: str) -> torch.Tensor:
    blocks = dict(zip(order, tensor.chunk(len(order))))
    return torch.cat([blocks[gate] for gate in onnx])


def recurrent(kind: str, theirs: str, ours: str, suffixes: list[str], rest: dict[str, str]):
    """PyTorch's tensors of a recurrent layer as ONNX's W, R and B."""
    order, onnx = {"lstm": ("ifco", "iofc"), "gru": ("rzn", "zrn"), "rnn": ("h", "h")}[kind]

    def mapping(state):
        def stack(name):
            return torch.stack([gates(state[f"{theirs}.{name}_l0{suffix}"], order, onnx) for suffix in suffixes])

        weights = {f"{ours}.weight": stack("weight_ih"), f"{ours}.recurrence": stack("weight_hh"),
                   f"{ours}.bias": torch.cat([stack("bias_ih"), stack("bias_hh")], dim=1)}
        return {**weights, **plain(rest)(state)}

    return mapping


class Last(nn.Module):
    """The outputs of a recurrent layer at every step, as one vector per sample."""

    def __init__(self, layer: nn.Module):
        super().__init__()
        self.layer = layer

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)[0].flatten(1)


class SelfAttention(nn.Module):
    def __init__(self, embed: int, heads: int):
        super().__init__()
        self.layer = nn.MultiheadAttention(embed, heads, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x, x, x)[0].flatten(1)


def case(name: str, critic: nn.Module, shape: list[int], mapping) -> dict:
    fill(critic)
    critic.train()
    x = torch.from_numpy(random.uniform(-1, 1, shape).round(4)).requires_grad_(True)
    before = {key: value.detach().clone() for key, value in critic.state_dict().items()}
    y = critic(x)
    after = {key: value.detach().clone() for key, value in critic.state_dict().items()}
    (slope,) = torch.autograd.grad(y, x, torch.ones_like(y), create_graph=True)
    penalty = (slope.flatten(1).norm(dim=1) - 1).square().mean()
    parameters = dict(critic.named_parameters())
    found = torch.autograd.grad(penalty, list(parameters.values()), allow_unused=True, materialize_grads=True)
    gradients = {**{key: torch.zeros_like(value) for key, value in before.items()}, **dict(zip(parameters, found))}
    gradients = mapping(gradients)
    ours_before, ours_after = mapping(before), mapping(after)
    moved = {key: value for key, value in ours_after.items() if not torch.equal(value, ours_before[key])}
    return {
        "name": name, "input": record(x), "parameters": {key: record(value) for key, value in ours_before.items()},
        "output": record(y), "penalty": penalty.item(),
        "gradients": {key: record(value) for key, value in gradients.items() if key not in moved},
        "updates": {key: record(value) for key, value in moved.items()},
    }


def linear(theirs: str, number: int) -> dict[str, str]:
    return {f"{theirs}.weight": f"linear{number}.weight", f"{theirs}.bias": f"linear{number}.bias"}


def affine(theirs: str, ours: str) -> dict[str, str]:
    return {f"{theirs}.weight": f"{ours}.weight", f"{theirs}.bias": f"{ours}.bias"}


def spectral(theirs: str, number: int) -> dict[str, str]:
    inner = f"{theirs}.parametrizations.weight"
    return {f"{inner}.original": f"spectralnorm{number}.weight", f"{theirs}.bias": f"spectralnorm{number}.bias",
            f"{inner}.0._u": f"spectralnorm{number}.u", f"{inner}.0._v": f"spectralnorm{number}.v"}


def batch(theirs: str, number: int) -> dict[str, str]:
    return {**affine(theirs, f"batchnorm{number}"), f"{theirs}.running_mean": f"batchnorm{number}.running_mean"}


spectral_norm = nn.utils.parametrizations.spectral_norm
attention = {"1.layer.in_proj_weight": "attention1.in_proj_weight", "1.layer.in_proj_bias": "attention1.in_proj_bias",
             "1.layer.out_proj.weight": "attention1.out_proj_weight",
             "1.layer.out_proj.bias": "attention1.out_proj_bias"}
two = {**linear("0", 1), **linear("3", 2)}
cases = [
    case("layer norm", nn.Sequential(nn.Linear(3, 5), nn.LayerNorm(5), nn.Tanh(), nn.Linear(5, 1)), [4, 3],
         plain({**two, **affine("1", "layernorm1")})),
    case("rms norm", nn.Sequential(nn.Linear(3, 5), nn.RMSNorm(5), nn.Tanh(), nn.Linear(5, 1)), [4, 3],
         plain({**two, "1.weight": "rmsnorm1.weight"})),
    case("group norm", nn.Sequential(nn.Linear(3, 6), nn.GroupNorm(2, 6), nn.Tanh(), nn.Linear(6, 1)), [4, 3],
         plain({**two, **affine("1", "groupnorm1")})),
    case("instance norm",
         nn.Sequential(nn.Unflatten(1, (2, 4)), nn.InstanceNorm1d(2, affine=True), nn.Tanh(), nn.Flatten(),
                                        nn.Linear(8, 1)), [3, 8],
         plain({**affine("1", "instancenorm1"), **linear("4", 1)})),
    case("batch norm", nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 1)), [4, 3],
         plain({**two, **batch("1", 1)})),
    case("spectral norm", nn.Sequential(spectral_norm(nn.Linear(3, 5)), nn.Tanh(),
                                        spectral_norm(nn.Linear(5, 1), n_power_iterations=2)), [4, 3],
         plain({**spectral("0", 1), **spectral("2", 2)})),
    case("lstm", nn.Sequential(Last(nn.LSTM(2, 3, batch_first=True)), nn.Linear(12, 1)), [3, 4, 2],
         recurrent("lstm", "0.layer", "lstm1", [""], linear("1", 1))),
    case("bidirectional lstm",
         nn.Sequential(Last(nn.LSTM(2, 2, batch_first=True, bidirectional=True)), nn.Linear(12, 1)), [2, 3, 2],
         recurrent("lstm", "0.layer", "lstm1", ["", "_reverse"], linear("1", 1))),
    case("gru", nn.Sequential(Last(nn.GRU(2, 3, batch_first=True)), nn.Linear(9, 1)), [3, 3, 2],
         recurrent("gru", "0.layer", "gru1", [""], linear("1", 1))),
    case("rnn", nn.Sequential(Last(nn.RNN(2, 3, batch_first=True)), nn.Linear(9, 1)), [3, 3, 2],
         recurrent("rnn", "0.layer", "rnn1", [""], linear("1", 1))),
    case("attention", nn.Sequential(nn.LayerNorm(4), SelfAttention(4, 2), nn.Linear(12, 1)), [2, 3, 4],
         plain({**affine("0", "layernorm1"), **attention, **linear("2", 1)})),
    case("spectral norm of a convolution", nn.Sequential(spectral_norm(nn.Conv2d(2, 3, 2)), nn.Tanh(), nn.Flatten(),
                                                         nn.Linear(12, 1)), [2, 2, 3, 3],
         plain({**spectral("0", 1), **linear("3", 1)})),
    case("spectral norm of a transposed convolution",
         nn.Sequential(spectral_norm(nn.ConvTranspose1d(2, 3, 2)), nn.Tanh(),
                                                                    nn.Flatten(), nn.Linear(12, 1)), [2, 2, 3],
         plain({**spectral("0", 1), **linear("3", 1)})),
]
made_by = f"make_critics.py, PyTorch {torch.__version__}, Python {platform.python_version()}"
write(Path(__file__).with_name("critics.json"), {"made_by": made_by, "cases": cases})
