#!/usr/bin/env python3
"""Trains an agent with Stable-Baselines3, or with SBX, its port to JAX, and the settings of rl-baselines3-zoo.

Prints speed and returns as JSON.

    agents_sb3.py ppo-cartpole [--steps 100000] [--seed 1] [--threads 2] [--episodes 100] [--jax]

The time is that of `learn()` alone: it includes neither imports nor evaluation, and with --jax not the compilation of
the first steps.
"""

import argparse
import json
import os
import time
from collections.abc import Callable

import gymnasium
import numpy
import torch
from stable_baselines3 import A2C, DDPG, PPO, SAC, TD3
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.noise import NormalActionNoise


def linear(first: float) -> Callable[[float], float]:
    return lambda remaining: first * remaining


def noise(deviation: float) -> NormalActionNoise:
    return NormalActionNoise(numpy.zeros(1), deviation * numpy.ones(1))


WIDE = {"net_arch": [400, 300]}
DELAYED = dict(gamma=0.98, buffer_size=200_000, learning_starts=10_000, learning_rate=1e-3, policy_kwargs=WIDE)

# The steps in which JAX compiles.
WARM_UP = 600

# Environment, parallel environments, algorithm, settings, steps of a whole training.
MODELS = {
    "ppo-cartpole": ("CartPole-v1", 8, PPO, lambda: dict(
        n_steps=32, batch_size=256, gae_lambda=0.8, gamma=0.98, n_epochs=20, ent_coef=0.0, learning_rate=linear(1e-3),
        clip_range=linear(0.2)), 100_000),
    "a2c-cartpole": ("CartPole-v1", 8, A2C, lambda: dict(ent_coef=0.0), 500_000),
    "sac-pendulum": ("Pendulum-v1", 1, SAC, lambda: dict(learning_rate=1e-3), 20_000),
    "td3-pendulum": ("Pendulum-v1", 1, TD3, lambda: dict(action_noise=noise(0.1), **DELAYED), 20_000),
    "ddpg-pendulum": ("Pendulum-v1", 1, DDPG, lambda: dict(action_noise=noise(0.1), **DELAYED), 20_000),
}


def learner(model: str, seed: int, jax: bool) -> BaseAlgorithm:
    environment, copies, algorithm, settings, _ = MODELS[model]
    if jax:
        import sbx

        algorithm = getattr(sbx, algorithm.__name__)
    return algorithm("MlpPolicy", make_vec_env(environment, copies, seed=seed), seed=seed, device="cpu", **settings())


def mean_return(agent: BaseAlgorithm, environment: str, episodes: int, seed: int) -> float:
    """The mean return of the deterministic policy in the episodes of `zoo eval --seed`: seeds `seed`, `seed` + 1, …"""
    world, total = gymnasium.make(environment), 0.0
    for episode in range(episodes):
        observation, _ = world.reset(seed=seed + episode)
        over = False
        while not over:
            action, _ = agent.predict(observation, deterministic=True)
            observation, reward, terminated, truncated, _ = world.step(action)
            total, over = total + float(reward), terminated or truncated
    return total / episodes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("--steps", type=int, help="by default a whole training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--learning-starts", type=int, help="steps before the first update of an off-policy algorithm")
    parser.add_argument("--episodes", type=int, default=0, help="episodes of an evaluation after training")
    parser.add_argument("--evaluation-seed", type=int, default=0, help="the seed of its first episode")
    parser.add_argument("--jax", action="store_true", help="train with SBX")
    arguments = parser.parse_args()
    # JAX has no setting for its threads: it uses those of the processors.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:arguments.threads])
    torch.set_num_threads(arguments.threads)

    agent = learner(arguments.model, arguments.seed, arguments.jax)
    if arguments.learning_starts is not None:
        agent.learning_starts = arguments.learning_starts
    steps = arguments.steps or MODELS[arguments.model][4]
    if arguments.jax:
        agent.learn(WARM_UP)
    before = agent.num_timesteps
    start = time.perf_counter()
    agent.learn(steps, reset_num_timesteps=False)
    seconds = time.perf_counter() - start
    done = agent.num_timesteps - before
    result = {
        "framework": "SBX" if arguments.jax else "Stable-Baselines3", "model": arguments.model, "seed": arguments.seed,
        "threads": arguments.threads, "steps": done, "seconds": round(seconds, 3),
        "stepsPerSecond": round(done / seconds, 1),
        "updates": agent._n_updates,
    }
    if arguments.episodes:
        result["meanReturn"] = mean_return(
            agent, MODELS[arguments.model][0], arguments.episodes, arguments.evaluation_seed)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
