"""An environment that notes whether each action lies in its action space."""

import os

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

MAX = np.finfo(np.float32).max
# Ordinary, tiny, huge, equal, close and far bounds, and bounds that float32 can't represent.
LOW = [-0.1, 1e-3, -7.3, -1e-300, -1e300, 0.1, 1.0, 1e8]
HIGH = [0.2, 1e-3 + 1e-5, 1e7 / 3, 1e-300, 1e300, 0.1, 1.0 + 1e-12, 1e8 + 3]
SPACES = {
    "float16": Box(np.array([-1.1, -65504], np.float16), np.array([0.7, 65504], np.float16), (2,), np.float16),
    "float32": Box(
        np.array([-0.1, 1e-42, -MAX, 0.1], np.float32), np.array([0.3, 3e-42, MAX, 0.1], np.float32), (4,), np.float32),
    "float64": Box(np.array(LOW), np.array(HIGH), (8,), np.float64),
    "longdouble": Box(-0.1, 0.7, (2,), np.longdouble),
    "scalar": Box(-0.1, 0.3, (), np.float64),
    "matrix": Box(-0.1, 0.3, (2, 3), np.float64),
    "free": Box(-np.inf, np.inf, (2,), np.float64),
    "below": Box(-np.inf, 0.1, (2,), np.float16),
    "mixed": Box(np.array([-np.inf, -0.1]), np.array([0.7, np.inf]), (2,), np.float64),
    "start": Discrete(3, start=-7),
    "int8": Discrete(3, start=100, dtype=np.int8),
    "uint8": Discrete(4, dtype=np.uint8),
    "one": Discrete(1),
}


class Bounds(gymnasium.Env):
    observation_space = Box(-10, 10, (2,), np.float64)

    def __init__(self, kind):
        self.kind, self.action_space = kind, SPACES[kind]

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return self.np_random.normal(size=2).clip(-10, 10), {}

    def step(self, action):
        self.count += 1
        with open("actions", "a") as file:
            found = " ".join(repr(action).split())
            file.write(f"{self.kind} {'inside' if action in self.action_space else 'OUTSIDE'} {found}\n")
        return self.np_random.normal(size=2).clip(-10, 10), 1.0, False, self.count >= 20, {}


gymnasium.register("Bounds-v0", Bounds)
