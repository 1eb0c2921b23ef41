"""Environments whose state can be saved, can't be saved, or is saved incompletely."""

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

OUTSIDE = {"count": 0}


class States(gymnasium.Env):
    observation_space = Box(-10, 10, (2,), np.float32)
    action_space = Discrete(2)

    def __init__(self, kind="good"):
        self.kind, self.total = kind, 0
        if kind == "file":
            self.file = open(__file__)
        if kind == "generator":
            self.generator = (number for number in range(1 << 40))

    def __getstate__(self):
        if self.kind == "refusing":
            raise NotImplementedError("a simulator outside of the process")
        if self.kind == "forgetful":
            return self.__dict__ | {"total": 0}
        return self.__dict__

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        return self.seen(), {}

    def seen(self):
        self.total += 1
        OUTSIDE["count"] += 1
        part = {"outside": OUTSIDE["count"], "forgetful": self.total, "good": self.total}.get(self.kind, 0)
        return np.array([self.np_random.normal(), part % 7], np.float32).clip(-10, 10)

    def step(self, action):
        self.count += 1
        return self.seen(), 1.0, False, self.count >= 15, {}


gymnasium.register("States-v0", States)
