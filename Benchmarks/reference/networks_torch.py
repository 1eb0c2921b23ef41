"""A recipe's networks in PyTorch, initialised as PyTorch does."""

import torch
from recipe import Layer
from torch import nn


class Crop(nn.Module):
    def __init__(self, shape: tuple[int, ...]):
        super().__init__()
        self.slices = (slice(None), *(slice(size) for size in shape))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[self.slices]


def make_network(layers: list[Layer]) -> nn.Sequential:
    return nn.Sequential(*map(make_layer, layers))


def make_layer(layer: Layer) -> nn.Module:
    options, inputs = layer.options, layer.inputs
    match layer.kind:
        case "linear":
            return nn.Linear(inputs[0], options["outputs"])
        case "conv2d":
            return nn.Conv2d(inputs[0], options["outputs"], options["kernel"], options["stride"], options["padding"])
        case "conv-transpose2d":
            return nn.ConvTranspose2d(inputs[0], options["outputs"], options["kernel"], options["stride"],
                                      options["padding"], options["outputPadding"])
        case "batch-norm":
            return nn.BatchNorm1d(inputs[0], options["eps"], options["momentum"])
        case "leaky-relu":
            return nn.LeakyReLU(options["slope"])
        case "relu":
            return nn.ReLU()
        case "tanh":
            return nn.Tanh()
        case "flatten":
            return nn.Flatten()
        case "unflatten":
            return nn.Unflatten(1, options["shape"])
        case "crop":
            return Crop(options["shape"])
    raise ValueError(f"no layer '{layer.kind}'")
