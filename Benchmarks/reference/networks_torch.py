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


class Residual(nn.Module):
    """The sum of two paths. An empty shortcut is the input itself."""

    def __init__(self, layers: nn.Sequential, shortcut: nn.Sequential):
        super().__init__()
        self.layers, self.shortcut = layers, shortcut

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x) + self.shortcut(x)


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
            batch_norm = nn.BatchNorm2d if len(inputs) == 3 else nn.BatchNorm1d
            return batch_norm(inputs[0], options["eps"], options["momentum"])
        case "group-norm":
            return nn.GroupNorm(options["groups"], inputs[0], options["eps"])
        case "avg-pool2d":
            return nn.AvgPool2d(options["kernel"], options["stride"], options["padding"])
        case "global-avg-pool":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case "upsample":
            return nn.Upsample(scale_factor=options["scale"], mode="nearest")
        case "residual":
            return Residual(make_network(options["layers"]), make_network(options["shortcut"]))
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
