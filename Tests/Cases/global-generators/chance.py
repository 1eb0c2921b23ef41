"""An environment that draws from a generator of the process, from its own, or from its spaces."""

import random

import gymnasium
import numpy as np
import torch
from gymnasium.spaces import Box


def draw(kind, env):
    if kind == "random":
        return random.gauss(0, 1)
    if kind == "numpy":
        return np.random.normal()
    if kind == "mixed":
        return random.random() + np.random.uniform() + env.np_random.uniform()
    if kind == "action-space":
        return float(env.action_space.sample()[0])
    if kind == "hash":
        first = list({"one", "two", "three", "four"})[0]
        return hash("a word") % 1000 / 1000 + (first == "one") + random.random()
    if kind == "module":
        return MODULE.random()
    if kind == "system":
        return random.SystemRandom().random()
    return torch.rand()


class Chance(gymnasium.Env):
    observation_space = Box(-10, 10, (2,), np.float64)
    action_space = Box(-1, 1, (1,), np.float32)

    def __init__(self, kind):
        self.kind = kind
        # The constructor draws, too.
        self.offset = draw(kind, self) if kind not in ("mixed", "action-space") else 0.0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return self.seen(), {}

    def seen(self):
        return np.clip([draw(self.kind, self), self.offset], -10, 10)

    def step(self, action):
        self.count += 1
        return self.seen(), draw(self.kind, self), draw(self.kind, self) > 2.5, self.count >= 20, {}


MODULE = random.Random()
gymnasium.register("Chance-v0", Chance)
