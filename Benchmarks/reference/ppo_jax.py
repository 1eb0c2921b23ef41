#!/usr/bin/env python3
"""PPO on CartPole-v1 in JAX: environments, rollouts and updates are one compiled loop.

Prints JSON: steps per second without compilation, the time of compilation, and the mean return of the last episodes.

The settings are those of Models/ppo-cartpole.yaml. There are no evaluations and no checkpoints.

    ppo_jax.py [--steps 100000] [--seed 1]
"""

import argparse
import json
import time
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import optax

ENVS, ROLLOUT, EPOCHS, WIDTH, MOST_STEPS = 8, 32, 20, 64, 500
GAMMA, LAMBDA, RATE, CLIP, VALUE_WEIGHT, MOST_NORM = 0.98, 0.8, 1e-3, 0.2, 0.5, 0.5


class Environment(NamedTuple):
    """The state of every environment: position, velocity, angle and angular velocity; the steps and the return of the
    episode; the return of the last finished episode."""

    state: jax.Array
    steps: jax.Array
    total: jax.Array
    finished: jax.Array


def reset(key: jax.Array) -> jax.Array:
    return jax.random.uniform(key, (ENVS, 4), minval=-0.05, maxval=0.05)


def step(environment: Environment, actions: jax.Array, key: jax.Array):
    """Gymnasium's CartPole-v1: the next environment, the state before a reset, and the ends of episodes."""
    x, velocity, angle, spin = environment.state.T
    force = jnp.where(actions == 1, 10.0, -10.0)
    sine, cosine = jnp.sin(angle), jnp.cos(angle)
    mass, pole = 1.1, 0.05
    push = (force + pole * spin**2 * sine) / mass
    turn = (9.8 * sine - cosine * push) / (0.5 * (4 / 3 - 0.1 * cosine**2 / mass))
    acceleration = push - pole * turn * cosine / mass
    last = jnp.stack([x + 0.02 * velocity, velocity + 0.02 * acceleration, angle + 0.02 * spin, spin + 0.02 * turn], 1)
    terminated = (jnp.abs(last[:, 0]) > 2.4) | (jnp.abs(last[:, 2]) > 12 * jnp.pi / 180)
    steps, total = environment.steps + 1, environment.total + 1
    truncated = (steps >= MOST_STEPS) & ~terminated
    ends = terminated | truncated
    after = Environment(
        jnp.where(ends[:, None], reset(key), last), jnp.where(ends, 0, steps), jnp.where(ends, 0.0, total),
        jnp.where(ends, total, environment.finished))
    return after, last, ends, truncated


def network(key: jax.Array, outputs: int, gain: float) -> list:
    sizes, gains = [4, WIDTH, WIDTH, outputs], [2**0.5, 2**0.5, gain]
    return [
        (jax.nn.initializers.orthogonal(gain)(key, (a, b)), jnp.zeros(b))
        for key, a, b, gain in zip(jax.random.split(key, 3), sizes, sizes[1:], gains, strict=False)]


def apply(layers: list, x: jax.Array) -> jax.Array:
    for weight, bias in layers[:-1]:
        x = jnp.tanh(x @ weight + bias)
    return x @ layers[-1][0] + layers[-1][1]


def log_probability(parameters: dict, states: jax.Array, actions: jax.Array) -> jax.Array:
    logs = jax.nn.log_softmax(apply(parameters["actor"], states))
    return jnp.take_along_axis(logs, actions[..., None], -1)[..., 0]


def loss(parameters: dict, batch: dict, clip: jax.Array) -> jax.Array:
    advantages = (batch["advantages"] - batch["advantages"].mean()) / (batch["advantages"].std(ddof=1) + 1e-8)
    ratio = jnp.exp(log_probability(parameters, batch["states"], batch["actions"]) - batch["logs"])
    policy = -jnp.minimum(ratio * advantages, jnp.clip(ratio, 1 - clip, 1 + clip) * advantages).mean()
    value = ((apply(parameters["critic"], batch["states"])[:, 0] - batch["returns"]) ** 2).mean()
    return policy + VALUE_WEIGHT * value


def act(parameters: dict, environment: Environment, key: jax.Array):
    choice, start = jax.random.split(key)
    states = environment.state
    actions = jax.random.categorical(choice, apply(parameters["actor"], states))
    after, last, ends, truncated = step(environment, actions, start)
    values = apply(parameters["critic"], jnp.concatenate([states, last]))[:, 0]
    rewards = 1 + GAMMA * jnp.where(truncated, values[ENVS:], 0)
    kept = {"states": states, "actions": actions, "logs": log_probability(parameters, states, actions)}
    return after, kept | {"values": values[:ENVS], "rewards": rewards, "ends": ends}


def advantages(rollout: dict, last_values: jax.Array) -> jax.Array:
    def back(carry, row):
        advantage, next_value = carry
        goes_on = 1 - row["ends"]
        delta = row["rewards"] + GAMMA * goes_on * next_value - row["values"]
        advantage = delta + GAMMA * LAMBDA * goes_on * advantage
        return (advantage, row["values"]), advantage

    return jax.lax.scan(back, (jnp.zeros(ENVS), last_values), rollout, reverse=True)[1]


@partial(jax.jit, static_argnames="rollouts")
def train(key: jax.Array, rollouts: int):
    first, second, start, key = jax.random.split(key, 4)
    parameters = {"actor": network(first, 2, 0.01), "critic": network(second, 1, 1.0)}
    optimizer = optax.chain(optax.clip_by_global_norm(MOST_NORM), optax.scale_by_adam(eps=1e-5))
    nothing = jnp.zeros(ENVS)
    environment = Environment(reset(start), jnp.zeros(ENVS, int), nothing, nothing)

    def iterate(carry, index):
        parameters, moments, environment, key = carry
        key, *keys = jax.random.split(key, ROLLOUT + EPOCHS + 1)
        remaining = 1 - (index + 1) / rollouts
        environment, rollout = jax.lax.scan(
            lambda environment, key: act(parameters, environment, key), environment, jnp.stack(keys[:ROLLOUT]))
        rollout["advantages"] = advantages(rollout, apply(parameters["critic"], environment.state)[:, 0])
        rollout["returns"] = rollout["advantages"] + rollout["values"]
        batch = {name: values.reshape(ROLLOUT * ENVS, *values.shape[2:]) for name, values in rollout.items()}

        def update(carry, key):
            parameters, moments = carry
            order = jax.random.permutation(key, ROLLOUT * ENVS)
            rows = {name: values[order] for name, values in batch.items()}
            gradients = jax.grad(loss)(parameters, rows, CLIP * remaining)
            steps, moments = optimizer.update(gradients, moments)
            parameters = jax.tree.map(lambda x, step: x - RATE * remaining * step, parameters, steps)
            return (parameters, moments), None

        (parameters, moments), _ = jax.lax.scan(update, (parameters, moments), jnp.stack(keys[ROLLOUT:]))
        return (parameters, moments, environment, key), environment.finished.mean()

    carry = (parameters, optimizer.init(parameters), environment, key)
    _, returns = jax.lax.scan(iterate, carry, jnp.arange(rollouts))
    return returns[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rollouts = options.steps // (ENVS * ROLLOUT)
    start = time.monotonic()
    compiled = train.lower(jax.random.key(options.seed), rollouts).compile()
    ready = time.monotonic()
    last = float(compiled(jax.random.key(options.seed)))
    seconds = time.monotonic() - ready
    print(json.dumps({
        "stepsPerSecond": rollouts * ENVS * ROLLOUT / seconds, "compileSeconds": ready - start, "return": last}))


if __name__ == "__main__":
    main()
