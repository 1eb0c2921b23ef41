"""An environment that is slow in chosen calls, or that can have only one instance."""

import fcntl
import os
import time

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete


def note(text):
    with open("calls", "a") as file:
        file.write(f"{text}\n")


class Slow(gymnasium.Env):
    observation_space = Box(-10, 10, (2,), np.float32)
    action_space = Discrete(2)

    def __init__(self, kind="plain", make=0.0, reset=0.0, step=0.0):
        self.kind, self.seconds = kind, {"reset": reset, "step": step}
        self.open = True
        time.sleep(make)
        if kind == "single":
            # The lock stands for a licence or a port of the machine.
            self.lock = os.open("licence", os.O_CREAT | os.O_RDWR)
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise RuntimeError("the licence is in use") from None
        note("make")

    def __getstate__(self):
        note("save")
        if self.kind == "single":
            raise TypeError("a simulator outside of the process")
        return self.__dict__

    def close(self):
        if self.open:
            self.open = False
            note("close")
            if self.kind == "single":
                os.close(self.lock)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        time.sleep(self.seconds["reset"])
        self.count = 0
        return self.np_random.normal(size=2).astype(np.float32).clip(-10, 10), {}

    def step(self, action):
        time.sleep(self.seconds["step"])
        self.count += 1
        return self.np_random.normal(size=2).astype(np.float32).clip(-10, 10), 1.0, False, self.count >= 10, {}


gymnasium.register("Slow-v0", Slow)
