#!/usr/bin/env python3
"""Checks that the peers agree: JAX and each variant in PyTorch, from equal weights, batches and draws.

    check.py [--model wgan-gp-fashion] [--batch 64] [--iterations 5] [--tolerance 1e-9]

Prints the largest relative difference of the losses, and fails if it is above the tolerance. All of them compute in
float64 here. In float32, a training step amplifies rounding. Adam divides a gradient by its magnitude: one that is zero
except for rounding moves a weight by the full learning rate. An input of relu that is almost 0 changes the penalty.
"""

import argparse
import os
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ |= {"JAX_PLATFORMS": "cpu", "JAX_ENABLE_X64": "true"}

import datasets  # noqa: E402 (JAX reads its settings when it starts)
import jax  # noqa: E402
import numpy  # noqa: E402
import torch  # noqa: E402
import wgangp_jax  # noqa: E402
import wgangp_torch  # noqa: E402
from jax import numpy as jnp  # noqa: E402
from networks_jax import Parameters, Statistics  # noqa: E402
from networks_torch import Residual  # noqa: E402
from recipe import Recipe, load  # noqa: E402


def parameters(network: torch.nn.Sequential) -> Parameters:
    return [
        {path: parameters(layers) for path, layers in layer.named_children()} if isinstance(layer, Residual)
        else {name: jnp.array(value.detach().numpy()) for name, value in layer.named_parameters()}
        for layer in network]


def statistics(network: torch.nn.Sequential) -> Statistics:
    return [
        {path: statistics(layers) for path, layers in layer.named_children()} if isinstance(layer, Residual)
        else {"mean": jnp.array(layer.running_mean.numpy()), "var": jnp.array(layer.running_var.numpy())}
        if isinstance(layer, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)) else None
        for layer in network]


class JAX:
    """The steps of wgangp_jax.py, from the weights of a PyTorch trainer."""

    def __init__(self, recipe: Recipe, trainer: wgangp_torch.Trainer):
        critic, generator = parameters(trainer.critic), parameters(trainer.generator)
        self.critic = {
            "critic": critic, "adam": wgangp_jax.adam_state(critic), "statistics": statistics(trainer.generator)}
        self.generator = {"generator": generator, "adam": wgangp_jax.adam_state(generator)}
        self.critic_program = jax.jit(partial(wgangp_jax.critic_step, recipe))
        self.generator_program = jax.jit(partial(wgangp_jax.generator_step, recipe))

    def critic_step(self, *draws: torch.Tensor) -> list[float]:
        draws = [jnp.array(draw.numpy()) for draw in draws]
        self.critic, metrics = self.critic_program(self.critic, self.generator["generator"], *draws)
        return metrics.tolist()

    def generator_step(self, noise: torch.Tensor) -> list[float]:
        self.generator, self.critic["statistics"], loss = self.generator_program(
            self.generator, self.critic["statistics"], self.critic["critic"], jnp.array(noise.numpy()))
        return [float(loss)]


class PyTorch:
    def __init__(self, trainer: wgangp_torch.Trainer, **way: bool):
        self.trainer = wgangp_torch.Trainer(trainer.recipe, trainer.images, **way)
        self.trainer.generator.load_state_dict(trainer.generator.state_dict())
        self.trainer.critic.load_state_dict(trainer.critic.state_dict())

    def critic_step(self, *draws: torch.Tensor) -> list[float]:
        return [float(metric) for metric in self.trainer.critic_step(*draws)]

    def generator_step(self, noise: torch.Tensor) -> list[float]:
        return [float(self.trainer.generator_step(noise))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="wgan-gp-fashion", help="a model, or a recipe's path (.yaml)")
    parser.add_argument("--batch", type=int, help="the size of a batch (default: the recipe's)")
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--tolerance", type=float, default=1e-9)
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the data set's files")
    options = parser.parse_args()
    recipe = load(options.model)
    recipe = replace(recipe, batch=options.batch or recipe.batch)
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(7)
    images = torch.from_numpy(datasets.load_images(recipe, options.data))
    reference = wgangp_torch.Trainer(recipe, images)
    peers = {
        "JAX": JAX(recipe, reference), "attached": PyTorch(reference, attached=True),
        "best": PyTorch(reference, best=True)}
    ours = PyTorch(reference)
    worst = dict.fromkeys(peers, 0.0)

    def compare(step: str, *draws: torch.Tensor) -> None:
        expected = numpy.array(getattr(ours, step)(*draws))
        for name, peer in peers.items():
            found = numpy.array(getattr(peer, step)(*draws))
            worst[name] = max(worst[name], float((abs(found - expected) / numpy.maximum(abs(expected), 1)).max()))

    for iteration in range(1, options.iterations + 1):
        compare("critic_step", reference.real().double(), reference.noise(), reference.alpha())
        if iteration % recipe.critic_steps == 0 or iteration == options.iterations:
            compare("generator_step", reference.noise())
    for name, difference in worst.items():
        print(f"{recipe.name}: {name} differs from PyTorch by {difference:.1e} after {options.iterations} iterations")
    if not max(worst.values()) <= options.tolerance:
        sys.exit(f"the differences are above the tolerance of {options.tolerance:g}")


if __name__ == "__main__":
    main()
