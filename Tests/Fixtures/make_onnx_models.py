#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2", "onnxscript"]
# ///
"""Writes onnx/*.onnx and onnx/models.json: networks that PyTorch exports, and how PyTorch trains them further.

The networks are a DCGAN generator, a ResNet and an LSTM, in inference mode, with a batch of any size. Each is exported
by both exporters. With f(x) the mean of an output of the network for a sample x, a record of models.json holds
    input      the samples
    output     network(input)
    penalty    the mean of (norm of the gradient of f at a sample - 1)^2, equation 3 of arXiv:1704.00028
    gradients  of the penalty, by name in the file; zero if PyTorch has none
    losses     of 6 steps of SGD with rate `rate`: mean f(x) + 10 times the penalty, before each step
The dynamo exporter merges batch normalisations into convolutions, so its files have other parameters.
Run by hand, where these versions are installed; the tests read only the files.
"""

import contextlib
import io
import logging
import platform
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import torch
from torch import nn

from fixture_format import numbers, write

torch.manual_seed(0)
torch.set_num_threads(1)
FOLDER = Path(__file__).parent / "onnx"


class Generator(nn.Sequential):
    """Radford et al., arXiv:1511.06434, for images of 8 x 8."""

    def __init__(self):
        super().__init__(
            nn.Unflatten(1, (5, 1, 1)),
            nn.ConvTranspose2d(5, 6, 4, 1, 0, bias=False), nn.BatchNorm2d(6), nn.ReLU(),
            nn.ConvTranspose2d(6, 1, 4, 2, 1, bias=False), nn.Tanh())


class Block(nn.Module):
    """He et al., arXiv:1512.03385."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        y = torch.nn.functional.softplus(self.bn1(self.conv1(x)))
        return torch.nn.functional.softplus(self.bn2(self.conv2(y)) + self.shortcut(x))


class ResNet(nn.Sequential):
    def __init__(self):
        super().__init__(Block(2, 3, 1), Block(3, 4, 2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, batch_first=True)
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1]) * 1.4142135


def scores(network, x):
    return network(x).flatten(1).mean(1)


def penalty(network, x):
    x = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(scores(network, x).sum(), x, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()


def export(network, x, path, dynamo):
    dimensions = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if dynamo else {
        "dynamic_axes": {"x": {0: "batch"}, "y": {0: "batch"}}}
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(
            network, (x,), path, input_names=["x"], output_names=["y"], opset_version=18 if dynamo else 17,
            dynamo=dynamo, external_data=False, do_constant_folding=False, **dimensions)


def record(network, x, name, rate):
    parameters = dict(network.named_parameters())
    result = {"file": name, "input": numbers(x), "output": numbers(network(x))}
    value = penalty(network, x)
    gradients = torch.autograd.grad(value, list(parameters.values()), allow_unused=True)
    result["penalty"] = value.item()
    result["gradients"] = {
        key: numbers(torch.zeros_like(parameter) if gradient is None else gradient)
        for (key, parameter), gradient in zip(parameters.items(), gradients)}
    result["rate"], result["losses"] = rate, []
    for _ in range(6):
        loss = scores(network, x).mean() + 10 * penalty(network, x)
        result["losses"].append(loss.item())
        gradients = torch.autograd.grad(loss, list(parameters.values()), allow_unused=True)
        with torch.no_grad():
            for parameter, gradient in zip(parameters.values(), gradients):
                if gradient is not None:
                    parameter -= rate * gradient
    return result


def main():
    FOLDER.mkdir(exist_ok=True)
    records = []
    for name, make, shape, rate in [
        ("dcgan", Generator, [4, 5], 0.05), ("resnet", ResNet, [3, 2, 6, 6], 0.05), ("lstm", Recurrent, [4, 5, 3], 0.1)
    ]:
        for dynamo in (False, True):
            torch.manual_seed(7)
            network = make().eval()
            for module in network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.running_mean.uniform_(-0.3, 0.3)
                    module.running_var.uniform_(0.5, 1.5)
                    # Equal initializers would become one.
                    nn.init.uniform_(module.weight, 0.5, 1.5)
                    nn.init.uniform_(module.bias, -0.3, 0.3)
            x = torch.randn(shape)
            file = f"{name}-{'dynamo' if dynamo else 'torchscript'}.onnx"
            export(network, x, str(FOLDER / file), dynamo)
            records.append(record(network, x, file, rate))
    write(FOLDER / "models.json", {
        "source": f"PyTorch {torch.__version__}, {platform.machine()}, float32", "models": records})


if __name__ == "__main__":
    main()
