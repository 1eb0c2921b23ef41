#!/usr/bin/env python3
"""The training step of wgangp_torch.py in JAX: one compiled program for each update, which reuses its state's buffers.

    wgangp_jax.py --bench 200 --threads 2 [--model wgan-gp-fashion-conv]

With one thread, the process runs on one processor: XLA has threads that can't be configured.
"""

import argparse
import os
import time
from functools import partial
from pathlib import Path


def limit_threads(threads: int) -> None:
    """Limits the threads. Must come before JAX is imported, which ignores later settings."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false " + os.environ.get("XLA_FLAGS", "")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--model", default="wgan-gp-fashion", help="a model, or a recipe's path (.yaml)")
parser.add_argument("--threads", type=int, default=1, help="threads (default 1)")
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the data set's files")
parser.add_argument("--bench", type=int, metavar="N", default=200, help="critic iterations to time (default 200)")
if __name__ == "__main__":
    options = parser.parse_args()
    limit_threads(options.threads)

import datasets  # noqa: E402 (threads come first)
import jax  # noqa: E402
import numpy  # noqa: E402
import timing  # noqa: E402
from jax import numpy as jnp  # noqa: E402
from networks_jax import apply, apply_updating, initial  # noqa: E402
from recipe import Adam, Recipe, load  # noqa: E402


def adam_state(parameters) -> dict:
    zeros = partial(jax.tree.map, jnp.zeros_like)
    return {"step": jnp.zeros((), jnp.int32), "mean": zeros(parameters), "square": zeros(parameters)}


def adam_update(adam: Adam, parameters, gradients, state: dict) -> tuple:
    first, second = adam.betas
    step = state["step"] + 1
    mean = jax.tree.map(lambda m, g: first * m + (1 - first) * g, state["mean"], gradients)
    square = jax.tree.map(lambda v, g: second * v + (1 - second) * g * g, state["square"], gradients)
    rate = adam.rate / (1 - first**step)
    scale = jax.lax.rsqrt(1 - second**step)
    parameters = jax.tree.map(
        lambda p, m, v: p - rate * m / (jnp.sqrt(v) * scale + adam.eps), parameters, mean, square)
    return parameters, {"step": step, "mean": mean, "square": square}


def critic_loss(recipe: Recipe, critic, real: jax.Array, fake: jax.Array, alpha: jax.Array) -> tuple:
    def scores(x: jax.Array) -> jax.Array:
        return apply(recipe.critic, critic, x)

    stacked = scores(jnp.concatenate([real, fake]))
    wasserstein = stacked[: len(real)].mean() - stacked[len(real) :].mean()
    gradient = jax.grad(lambda x: scores(x).sum())(alpha * real + (1 - alpha) * fake)
    norm = jnp.sqrt(jnp.square(gradient.reshape(len(real), -1)).sum(1))
    penalty = jnp.square(norm - 1).mean()
    return recipe.penalty_weight * penalty - wasserstein, (wasserstein, penalty)


def critic_step(recipe: Recipe, state: dict, generator, real, noise, alpha) -> tuple[dict, jax.Array]:
    """The state after an update of the critic; the Wasserstein estimate, the unweighted penalty and the loss."""
    fake, statistics = apply_updating(recipe.generator, generator, state["statistics"], noise)
    differentiated = jax.value_and_grad(partial(critic_loss, recipe), has_aux=True)
    (loss, (wasserstein, penalty)), gradients = differentiated(state["critic"], real, fake, alpha)
    critic, adam = adam_update(recipe.adam, state["critic"], gradients, state["adam"])
    return {"critic": critic, "adam": adam, "statistics": statistics}, jnp.stack([wasserstein, penalty, loss])


def generator_step(recipe: Recipe, state: dict, statistics, critic, noise) -> tuple[dict, list, jax.Array]:
    """The state after an update of the generator, its running statistics and its loss."""

    def loss(generator):
        fake, updated = apply_updating(recipe.generator, generator, statistics, noise)
        return -apply(recipe.critic, critic, fake).mean(), updated

    (value, updated), gradients = jax.value_and_grad(loss, has_aux=True)(state["generator"])
    generator, adam = adam_update(recipe.adam, state["generator"], gradients, state["adam"])
    return {"generator": generator, "adam": adam}, updated, value


class Trainer:
    """Keeps the state, and compiles the two updates. The compiled programs draw the random numbers and the batch."""

    def __init__(self, recipe: Recipe, images: numpy.ndarray, seed: int = 7):
        self.recipe = recipe
        self.batches = datasets.ShuffledBatches(len(images), recipe.batch, seed)
        self.images = jax.device_put(images)
        random = numpy.random.default_rng(seed)
        generator, statistics = initial(recipe.generator, random)
        critic, _ = initial(recipe.critic, random)
        self.critic_state = {"critic": critic, "adam": adam_state(critic), "statistics": statistics}
        self.generator_state = {"generator": generator, "adam": adam_state(generator)}
        self.key = jax.random.key(seed)

        def sampled_critic_step(state, key, generator, images, rows):
            key, noise_key, alpha_key = jax.random.split(key, 3)
            real = (images[rows].astype(jnp.float32) / 127.5 - 1).reshape(-1, *recipe.sample)
            noise = jax.random.normal(noise_key, (recipe.batch, recipe.latent))
            alpha = jax.random.uniform(alpha_key, (recipe.batch, *[1] * len(recipe.sample)))
            state, metrics = critic_step(recipe, state, generator, real, noise, alpha)
            return state, key, metrics

        def sampled_generator_step(state, key, statistics, critic):
            key, noise_key = jax.random.split(key)
            noise = jax.random.normal(noise_key, (recipe.batch, recipe.latent))
            state, statistics, loss = generator_step(recipe, state, statistics, critic, noise)
            return state, key, statistics, loss

        start = time.perf_counter()
        rows = self.batches.next()
        self.critic_program = jax.jit(sampled_critic_step, donate_argnums=(0, 1)).lower(
            self.critic_state, self.key, generator, self.images, rows).compile()
        self.generator_program = jax.jit(sampled_generator_step, donate_argnums=(0, 1, 2)).lower(
            self.generator_state, self.key, statistics, critic).compile()
        self.compile_seconds = time.perf_counter() - start

    def cycle(self) -> None:
        for _ in range(self.recipe.critic_steps):
            self.critic_state, self.key, self.metrics = self.critic_program(
                self.critic_state, self.key, self.generator_state["generator"], self.images, self.batches.next())
        self.generator_state, self.key, self.critic_state["statistics"], self.loss = self.generator_program(
            self.generator_state, self.key, self.critic_state["statistics"], self.critic_state["critic"])
        jax.block_until_ready(self.generator_state)


def main() -> None:
    recipe = load(options.model)
    trainer = Trainer(recipe, datasets.load_images(recipe, options.data), options.seed)
    timing.report(f"JAX {jax.__version__} jit", options.threads, recipe.critic_steps, options.bench, trainer.cycle,
                  compileSeconds=round(trainer.compile_seconds, 3))


if __name__ == "__main__":
    main()
