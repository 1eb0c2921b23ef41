"""An environment whose steps take a while."""

import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete


class Slow(gymnasium.Env):
    observation_space = Box(-10, 10, (2,), np.float32)
    action_space = Discrete(2)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return np.zeros(2, np.float32), {}

    def step(self, action):
        time.sleep(0.05)
        self.count += 1
        return np.zeros(2, np.float32), 1.0, False, self.count >= 100, {}


gymnasium.register("Slow-v0", Slow)
