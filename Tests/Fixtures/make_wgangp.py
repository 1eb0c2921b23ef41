#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6"]
# ///
"""Writes wgangp.json: WGAN-GP steps computed by PyTorch from weights and inputs of a closed formula.

Run by hand, where these versions are installed; the tests read only the JSON. Lists are row-major; weights are
[outputs, inputs] as in `torch.nn.Linear`. Each case exists in float64 and in float32. `critic_full` keeps every
997th element of each tensor and the tensor's L2 norm.

Some gradients are zero except for rounding: those of a bias before a BatchNorm, and of a critic's bias whose LeakyReLU
has the same sign for as many real as fake samples. Adam divides a gradient by its own size. Its step for these is any
value within the learning rate. `ill_conditioned` lists their indices up to that step. Comparisons of updated parameters
must skip these elements (`l2_norm` of an updated parameter counts them as 0). In float64 they stay in place. In float32
they move by 2e-4, which affects the next steps: `critic_small` is accurate to 5e-5 there. In `critic_full` it flips a
LeakyReLU, so that case has one float32 step only.
"""

import math
import platform
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from fixture_format import FORMULA, Inputs, numbers, write

PENALTY_WEIGHT, STRIDE = 10.0, 997
ADAM = {"lr": 2e-4, "betas": (0.5, 0.999), "eps": 1e-8}


def linears(inputs: Inputs, sizes: list[int], prefix: str = "") -> dict[str, nn.Parameter]:
    parameters = {}
    for index, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:]), start=1):
        for name, shape, bound in [("weight", [fan_out, fan_in], 2), ("bias", [fan_out], 0.25)]:
            bound, key = bound / math.sqrt(fan_in), f"linear{index}.{name}"
            parameters[key] = nn.Parameter(inputs.make(prefix + key, shape, -bound, bound))
    return parameters


def linear(parameters: dict, index: int, x: torch.Tensor) -> torch.Tensor:
    return F.linear(x, parameters[f"linear{index}.weight"], parameters[f"linear{index}.bias"])


def convolutions(inputs: Inputs, channels: list[int], features: int, prefix: str = "") -> dict[str, nn.Parameter]:
    """The parameters of a convolutional critic: windows of 5 x 5, then a linear layer."""
    parameters = {}
    for index, (before, after) in enumerate(zip(channels, channels[1:]), start=1):
        for name, shape, bound in [("weight", [after, before, 5, 5], 2), ("bias", [after], 0.25)]:
            bound, key = bound / math.sqrt(25 * before), f"conv2d{index}.{name}"
            parameters[key] = nn.Parameter(inputs.make(prefix + key, shape, -bound, bound))
    return parameters | linears(inputs, [features, 1], prefix)


def conv_critic(parameters: dict, x: torch.Tensor) -> torch.Tensor:
    for index in range(1, len(parameters) // 2):
        weight, bias = parameters[f"conv2d{index}.weight"], parameters[f"conv2d{index}.bias"]
        x = F.leaky_relu(F.conv2d(x, weight, bias, stride=2, padding=2), 0.2)
    return linear(parameters, 1, x.flatten(1))


def critic(parameters: dict, x: torch.Tensor) -> torch.Tensor:
    if "conv2d1.weight" in parameters:
        return conv_critic(parameters, x)
    count = len(parameters) // 2
    for index in range(1, count):
        x = F.leaky_relu(linear(parameters, index, x), 0.2)
    return linear(parameters, count, x)


def penalty(parameters: dict, between: torch.Tensor, elementwise: bool = False) -> torch.Tensor:
    x = between.detach().requires_grad_(True)
    scores = critic(parameters, x)
    (gradient,) = torch.autograd.grad(scores, x, torch.ones_like(scores), create_graph=True)
    rows = gradient.reshape(-1, 1) if elementwise else gradient.reshape(len(gradient), -1)
    return ((rows.norm(2, dim=1) - 1) ** 2).mean()


def mark_ill_conditioned(parameters: dict, ill: dict) -> None:
    largest = max(parameter.grad.abs().max() for parameter in parameters.values())
    for name, parameter in parameters.items():
        ill[name] |= parameter.grad.abs() < 2e-7 * largest


def indices(ill: dict) -> dict:
    return {name: mask.flatten().nonzero().flatten().tolist() for name, mask in ill.items() if mask.any()}


def critic_case(sizes: list[int], batch: int, dtype: torch.dtype, keep, count: int = 3) -> dict:
    inputs = Inputs(dtype)
    case = critic_steps(inputs, linears(inputs, sizes), sizes[:1], batch, keep, count)
    return {"sizes": sizes, **case}


def conv_critic_case(dtype: torch.dtype) -> dict:
    inputs = Inputs(dtype)
    parameters = convolutions(inputs, [1, 3, 4, 5], 20)
    return {"sizes": [1, 12, 12], **critic_steps(inputs, parameters, [1, 12, 12], 6, whole, 3)}


def critic_steps(inputs: Inputs, parameters: dict, sample: list[int], batch: int, keep, count: int) -> dict:
    optimizer = torch.optim.Adam(parameters.values(), **ADAM)
    ill = {name: torch.zeros_like(parameter, dtype=torch.bool) for name, parameter in parameters.items()}
    steps = []
    for step in range(1, count + 1):
        real = inputs.make(f"step{step}.real", [batch, *sample], -1, 1)
        fake = inputs.make(f"step{step}.fake", [batch, *sample], -1, 1)
        alpha = inputs.make(f"step{step}.alpha", [batch] + [1] * len(sample), 0, 1)
        between = alpha * real + (1 - alpha) * fake
        wasserstein = critic(parameters, real).mean() - critic(parameters, fake).mean()
        per_sample = penalty(parameters, between)
        loss = critic(parameters, fake).mean() - critic(parameters, real).mean() + PENALTY_WEIGHT * per_sample
        elementwise = penalty(parameters, between, elementwise=True)
        optimizer.zero_grad()
        loss.backward()
        gradients = {name: keep(parameter.grad) for name, parameter in parameters.items()}
        mark_ill_conditioned(parameters, ill)
        optimizer.step()
        steps.append({
            "loss": numbers(loss), "wasserstein": numbers(wasserstein), "penalty": numbers(per_sample),
            "elementwise_penalty": numbers(elementwise), "gradients": gradients,
            "updated": {name: keep(parameter, ill[name]) for name, parameter in parameters.items()},
            "ill_conditioned": indices(ill),
        })
    return {"batch": batch, "inputs": inputs.record, "steps": steps}


def generator_case(dtype: torch.dtype) -> dict:
    sizes, batch, eps, momentum = [6, 8, 12, 10], 8, 0.8, 0.1
    inputs = Inputs(dtype)
    parameters = linears(inputs, sizes)
    parameters["batchnorm1.weight"] = nn.Parameter(inputs.make("batchnorm1.weight", [12], 0.5, 1.5))
    parameters["batchnorm1.bias"] = nn.Parameter(inputs.make("batchnorm1.bias", [12], -0.5, 0.5))
    mean_before = inputs.make("batchnorm1.running_mean", [12], -0.5, 0.5)
    variance_before = inputs.make("batchnorm1.running_var", [12], 0.5, 1.5)
    fixed_critic = linears(inputs, [10, 6, 1], "critic/")
    latent = inputs.make("latent", [batch, 6], -1, 1)
    running_mean, running_variance = mean_before.clone(), variance_before.clone()

    def hidden(x):
        return linear(parameters, 2, F.leaky_relu(linear(parameters, 1, x), 0.2))

    def generator(x, mean, variance, training):
        scale, shift = parameters["batchnorm1.weight"], parameters["batchnorm1.bias"]
        normal = F.batch_norm(hidden(x), mean, variance, scale, shift, training, momentum, eps)
        return torch.tanh(linear(parameters, 3, F.leaky_relu(normal, 0.2)))

    batch_mean, batch_variance = hidden(latent).mean(0), hidden(latent).var(0, unbiased=False)
    biased_variance = (1 - momentum) * variance_before + momentum * batch_variance.detach()
    output = generator(latent, running_mean, running_variance, training=True)
    loss = -critic(fixed_critic, output).mean()
    optimizer = torch.optim.Adam(parameters.values(), **ADAM)
    loss.backward()
    gradients = {name: numbers(parameter.grad) for name, parameter in parameters.items()}
    ill = {name: torch.zeros_like(parameter, dtype=torch.bool) for name, parameter in parameters.items()}
    mark_ill_conditioned(parameters, ill)
    optimizer.step()
    return {
        "sizes": sizes, "batch": batch, "batchnorm_epsilon": eps, "onnx_momentum": 1 - momentum,
        "inputs": inputs.record,
        "output": numbers(output), "loss": numbers(loss), "gradients": gradients,
        "ill_conditioned": indices(ill),
        "updated": {name: numbers(parameter) for name, parameter in parameters.items()},
        "batchnorm1": {
            "batch_mean": numbers(batch_mean), "batch_variance_biased": numbers(batch_variance),
            "running_mean": numbers(running_mean), "running_var_torch": numbers(running_variance),
            "running_var_biased": numbers(biased_variance),
        },
        "inference_after_update": {
            "running_var_biased": numbers(generator(latent, running_mean, biased_variance, training=False)),
            "running_var_torch": numbers(generator(latent, running_mean, running_variance, training=False)),
        },
    }


def conv_generator_case(dtype: torch.dtype) -> dict:
    """5 x 5 windows that double height and width; the first image is cut from 4 x 4 to 3 x 3, as in the paper."""
    batch, inputs = 6, Inputs(dtype)
    parameters = linears(inputs, [6, 20])
    for index, (before, after) in enumerate([(5, 4), (4, 3), (3, 1)], start=1):
        for name, shape, bound in [("weight", [before, after, 5, 5], 2), ("bias", [after], 0.25)]:
            bound, key = bound / math.sqrt(6 * before), f"convtranspose2d{index}.{name}"
            parameters[key] = nn.Parameter(inputs.make(key, shape, -bound, bound))
    fixed_critic = convolutions(inputs, [1, 3, 4, 5], 20, "critic/")
    latent = inputs.make("latent", [batch, 6], -1, 1)

    def transposed(index: int, x: torch.Tensor) -> torch.Tensor:
        weight, bias = parameters[f"convtranspose2d{index}.weight"], parameters[f"convtranspose2d{index}.bias"]
        return F.conv_transpose2d(x, weight, bias, stride=2, padding=2, output_padding=1)

    x = torch.relu(linear(parameters, 1, latent)).view(batch, 5, 2, 2)
    x = torch.relu(transposed(1, x))[:, :, :3, :3]
    output = torch.tanh(transposed(3, torch.relu(transposed(2, x))))
    loss = -critic(fixed_critic, output).mean()
    optimizer = torch.optim.Adam(parameters.values(), **ADAM)
    loss.backward()
    gradients = {name: numbers(parameter.grad) for name, parameter in parameters.items()}
    ill = {name: torch.zeros_like(parameter, dtype=torch.bool) for name, parameter in parameters.items()}
    mark_ill_conditioned(parameters, ill)
    optimizer.step()
    return {
        "inputs": inputs.record, "output": numbers(output), "loss": numbers(loss), "gradients": gradients,
        "ill_conditioned": indices(ill),
        "updated": {name: numbers(parameter) for name, parameter in parameters.items()},
    }


def whole(tensor: torch.Tensor, ill: torch.Tensor | None = None) -> list:
    return numbers(tensor)


def sampled(tensor: torch.Tensor, ill: torch.Tensor | None = None) -> dict:
    flat = tensor.detach().flatten()
    counted = flat if ill is None else flat.masked_fill(ill.flatten(), 0)
    return {"every_997th": numbers(flat[::STRIDE]), "l2_norm": counted.double().norm().item()}


def main() -> None:
    torch.set_num_threads(1)
    dtypes = {"float64": torch.float64, "float32": torch.float32}
    write(Path(__file__).with_name("wgangp.json"), {
        "made_by": f"make_wgangp.py, PyTorch {torch.__version__}, Python {platform.python_version()}",
        "formula": FORMULA,
        "penalty_weight": PENALTY_WEIGHT, "leaky_relu_alpha": 0.2,
        "adam": {"rate": ADAM["lr"], "betas": list(ADAM["betas"]), "epsilon": ADAM["eps"]},
        "critic_small": {name: critic_case([49, 32, 16, 1], 8, dtype, whole) for name, dtype in dtypes.items()},
        "critic_full": {
            "float64": critic_case([784, 512, 256, 1], 64, torch.float64, sampled),
            "float32": critic_case([784, 512, 256, 1], 64, torch.float32, sampled, count=1),
        },
        "critic_conv": {name: conv_critic_case(dtype) for name, dtype in dtypes.items()},
        "generator": {name: generator_case(dtype) for name, dtype in dtypes.items()},
        "generator_conv": {name: conv_generator_case(dtype) for name, dtype in dtypes.items()},
    })


if __name__ == "__main__":
    main()
