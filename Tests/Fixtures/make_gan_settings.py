#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6"]
# ///
"""Writes gan_settings.json: trainings of a small GAN by PyTorch in float64, one for each combination of settings.

A case holds the settings in the form in which runs are stored, the metrics of each step, and the state after the last
one. A step is one update of the critic; every `criticSteps`-th step has one of the generator, too. All cases have the
same weights, samples and draws, of a closed formula. Run by hand, where these versions are installed; the tests read
only the JSON.

    losses          arXiv:1701.07875, arXiv:1705.02894, arXiv:1406.2661 (non-saturating), arXiv:1611.04076 (a=0, b=c=1)
    every           the penalty in the first of `every` steps, times `every`
    linear rates    the rate times 1 - step / target, for steps from 0
    ema             torch.optim.swa_utils.get_ema_avg_fn
    statistics      BatchNorm's running variance is the biased one, as in ONNX
"""

import math
import platform
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import get_ema_avg_fn

from fixture_format import FORMULA, Inputs, numbers, write

STEPS, TARGET, BATCH, CRITIC_STEPS, MOMENTUM = 6, 10, 4, 2, 0.1
SIZES = {"generator": [3, 5, 4], "critic": [4, 6, 5, 1]}
ADAM = {"adam": {"rate": 0.02, "betas": [0.5, 0.75], "eps": 0.001}}
SGD = {"sgd": {"rate": 0.05, "momentum": 0.5, "dampening": 0.0, "weightDecay": 0.0, "nesterov": False}}


def weights(inputs: Inputs) -> dict[str, torch.Tensor]:
    tensors = {}
    for role, sizes in SIZES.items():
        for index, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:]), start=1):
            bound = 2 / math.sqrt(fan_in)
            for name, shape in [("weight", [fan_out, fan_in]), ("bias", [fan_out])]:
                key = f"{role}/linear{index}.{name}"
                tensors[key] = inputs.make(key, shape, -bound, bound)
    for name, low, high in [("weight", 0.5, 1.5), ("bias", -0.5, 0.5), ("running_mean", -0.5, 0.5),
                            ("running_var", 0.5, 1.5)]:
        key = f"generator/batchnorm1.{name}"
        tensors[key] = inputs.make(key, [5], low, high)
    return tensors


def optimizer(settings: dict, parameters: list) -> torch.optim.Optimizer:
    (name, values), = settings.items()
    if name == "adam":
        return torch.optim.Adam(parameters, lr=values["rate"], betas=tuple(values["betas"]), eps=values["eps"])
    return torch.optim.SGD(parameters, lr=values["rate"], momentum=values["momentum"])


class Training:
    def __init__(self, settings: dict, tensors: dict[str, torch.Tensor], inputs: Inputs):
        self.settings, self.inputs = settings, inputs
        self.statistics = {name: tensors[f"generator/batchnorm1.{name}"].clone()
                           for name in ["running_mean", "running_var"]}
        self.parameters = {name: nn.Parameter(tensor.clone()) for name, tensor in tensors.items()
                           if "running" not in name}
        self.average = {name: tensor.clone() for name, tensor in tensors.items() if name.startswith("generator/")}
        self.optimizers, self.rates = {}, {}
        for role in SIZES:
            own = settings.get("generatorOptimizer") if role == "generator" else None
            rate = settings.get("generatorRate" if own else "rate")
            self.optimizers[role] = optimizer(own or settings["optimizer"], list(self.of(role).values()))
            first = self.optimizers[role].param_groups[0]["lr"]
            slope = first / TARGET if isinstance(rate, dict) else 0
            self.rates[role] = lambda step, first=first, slope=slope: first - slope * step

    def of(self, role: str) -> dict[str, nn.Parameter]:
        return {name: value for name, value in self.parameters.items() if name.startswith(role + "/")}

    def linear(self, role: str, index: int, x: torch.Tensor) -> torch.Tensor:
        weight, bias = (self.parameters[f"{role}/linear{index}.{name}"] for name in ["weight", "bias"])
        return F.linear(x, weight, bias)

    def generator(self, z: torch.Tensor) -> torch.Tensor:
        hidden = self.linear("generator", 1, z)
        mean, variance = hidden.mean(0).detach(), hidden.var(0, unbiased=False).detach()
        for name, new in [("running_mean", mean), ("running_var", variance)]:
            self.statistics[name] = (1 - MOMENTUM) * self.statistics[name] + MOMENTUM * new
        normal = F.batch_norm(hidden, None, None, self.parameters["generator/batchnorm1.weight"],
                              self.parameters["generator/batchnorm1.bias"], True)
        return torch.tanh(self.linear("generator", 2, torch.tanh(normal)))

    def critic(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear("critic", 3, torch.tanh(self.linear("critic", 2, F.softplus(self.linear("critic", 1, x)))))

    def penalty(self, real: torch.Tensor, fake: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
        settings = self.settings["penalty"]
        x = {"interpolates": alpha * real + (1 - alpha) * fake, "real": real, "fake": fake}[settings["at"]].detach()
        x.requires_grad_(True)
        scores = self.critic(x)
        (gradient,) = torch.autograd.grad(scores, x, torch.ones_like(scores), create_graph=True)
        return ((gradient.norm(dim=1) - settings["target"]) ** 2).mean()

    def update(self, role: str, loss: torch.Tensor, step: int) -> None:
        optimizer = self.optimizers[role]
        # The generator's rate is that of the step, not of the number of its updates.
        optimizer.param_groups[0]["lr"] = self.rates[role](step)
        parameters = list(self.of(role).values())
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
            parameter.grad = gradient
        optimizer.step()

    def critic_step(self, step: int) -> dict[str, float]:
        settings = self.settings["penalty"]
        real, alpha = (self.inputs[f"step{step + 1}.{name}"] for name in ["real", "alpha"])
        with torch.no_grad():
            fake = self.generator(self.inputs[f"step{step + 1}.noise"])
        scores, fakes = self.critic(real), self.critic(fake)
        loss = {
            "wasserstein": lambda: fakes.mean() - scores.mean(),
            "hinge": lambda: F.relu(1 - scores).mean() + F.relu(1 + fakes).mean(),
            "non-saturating": lambda: F.binary_cross_entropy_with_logits(scores, torch.ones_like(scores))
            + F.binary_cross_entropy_with_logits(fakes, torch.zeros_like(fakes)),
            "least-squares": lambda: 0.5 * F.mse_loss(scores, torch.ones_like(scores))
            + 0.5 * F.mse_loss(fakes, torch.zeros_like(fakes)),
        }[self.settings["loss"]]()
        name = "wasserstein" if self.settings["loss"] == "wasserstein" else "margin"
        metrics = {name: numbers(scores.mean() - fakes.mean())}
        every = settings["every"]
        if settings["weight"] > 0 and step % every == 0:
            penalty = self.penalty(real, fake, alpha)
            metrics["penalty"] = numbers(penalty)
            loss = loss + every * settings["weight"] * penalty
        self.update("critic", loss, step)
        return {**metrics, "critic": numbers(loss)}

    def generator_step(self, step: int) -> dict[str, float]:
        scores = self.critic(self.generator(self.inputs[f"step{step + 1}.generatorNoise"]))
        loss = {
            "wasserstein": lambda: -scores.mean(), "hinge": lambda: -scores.mean(),
            "non-saturating": lambda: F.binary_cross_entropy_with_logits(scores, torch.ones_like(scores)),
            "least-squares": lambda: 0.5 * F.mse_loss(scores, torch.ones_like(scores)),
        }[self.settings["loss"]]()
        self.update("generator", loss, step)
        if "ema" in self.settings:
            averaged = get_ema_avg_fn(self.settings["ema"]["decay"])
            for name, parameter in self.of("generator").items():
                self.average[name] = averaged(self.average[name], parameter.detach(), torch.tensor(1))
            for name, value in self.statistics.items():
                self.average[f"generator/batchnorm1.{name}"] = value
        return {"generator": numbers(loss)}

    def run(self) -> dict:
        steps = []
        for step in range(STEPS):
            metrics = self.critic_step(step)
            if (step + 1) % CRITIC_STEPS == 0:
                metrics |= self.generator_step(step)
            steps.append(metrics)
        state = {name: numbers(value) for name, value in self.parameters.items()}
        state |= {f"generator/batchnorm1.{name}": numbers(value) for name, value in self.statistics.items()}
        if "ema" in self.settings:
            state |= {name.replace("generator/", "generator-ema/"): numbers(value)
                      for name, value in self.average.items()}
        return {"settings": self.settings, "steps": steps, "state": state}


def settings(loss: str = "wasserstein", weight: float = 10, every: int = 1, at: str = "interpolates",
             **others: object) -> dict:
    penalty = {"weight": weight, "every": every, "at": at, "target": 1 if at == "interpolates" else 0}
    return {"batch": BATCH, "criticSteps": CRITIC_STEPS, "loss": loss, "penalty": penalty, "optimizer": ADAM, **others}


def main() -> None:
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    inputs = Inputs(torch.float64)
    tensors = weights(inputs)
    draws = {}
    for step in range(1, STEPS + 1):
        for name, width, low in [("real", 4, -1), ("noise", 3, -2), ("alpha", 1, 0), ("generatorNoise", 3, -2)]:
            high = 1 if name in ["real", "alpha"] else 2
            draws[f"step{step}.{name}"] = inputs.make(f"step{step}.{name}", [BATCH, width], low, high)
    linear = {"linear": 0.02}
    cases = {
        "the paper's": settings(),
        "hinge": settings("hinge"), "non-saturating": settings("non-saturating"),
        "least squares": settings("least-squares"),
        "hinge without a penalty": settings("hinge", weight=0), "no penalty": settings(weight=0),
        "least squares with R1": settings("least-squares", weight=3, at="real"),
        "lazy": settings(weight=3, every=4), "lazy R1": settings("non-saturating", weight=0.5, every=3, at="real"),
        "lazy without a penalty": settings("hinge", weight=0, every=4),
        "two optimisers": settings(generatorOptimizer=SGD),
        "linear": settings(rate=linear),
        "the critic's rate is linear": settings(rate=linear, generatorOptimizer=SGD, generatorRate=0.05),
        "the generator's rate is linear": settings(generatorOptimizer=SGD, generatorRate={"linear": 0.05}),
        "average": settings(ema={"decay": 0.75}),
        "all": settings("hinge", weight=2, every=2, at="real", rate=linear, generatorOptimizer=SGD,
                        generatorRate={"linear": 0.05}, ema={"decay": 0.5}),
    }
    write(Path(__file__).with_name("gan_settings.json"), {
        "made_by": f"make_gan_settings.py, PyTorch {torch.__version__}, Python {platform.python_version()}",
        "formula": FORMULA, "target": TARGET, "inputs": inputs.record,
        "cases": {name: Training(case, tensors, draws).run() for name, case in cases.items()},
    })


if __name__ == "__main__":
    main()
