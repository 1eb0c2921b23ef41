"""Environments that behave badly or unusually, for the tests of GymnasiumEnvironment.

For example `gymnasium.make("zoo_environments:Trial-v0", fault="hang", at=40)`; Python must find this module.
"""

import os
import subprocess
import sys
import threading
import time

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.utils import EzPickle

OBSERVATIONS = {
    "plain": spaces.Box(-100, 100, (1,), np.float32),
    "float64": spaces.Box(-100, 100, (2, 3), np.float64),
    "integers": spaces.Box(0, 255, (4, 4, 3), np.uint8),
    "dictionary": spaces.Dict({"camera": spaces.Box(0, 1, (2,), np.float32)}),
}
ACTIONS = {
    "plain": spaces.Discrete(2),
    "shifted": spaces.Discrete(3, start=-1),
    "matrix": spaces.Box(-2, 2, (2, 2), np.float64),
    "integers": spaces.Box(0, 9, (2,), np.int64),
}


class Trial(gymnasium.Env):
    """A random walk, with a fault in step `at` since its creation, or only in the environment with the seed `only`."""

    def __init__(self, fault=None, at=0, only=None, observation="plain", action="plain"):
        self.fault, self.at, self.only = fault, at, only
        self.observation_space, self.action_space = OBSERVATIONS[observation], ACTIONS[action]
        self.number, self.position = 0, 0.0
        if fault == "file":
            self.file = open(__file__)
        if fault == "unpicklable":
            self.lock = threading.Lock()
        if fault == "helper":
            self.helper = subprocess.Popen(["sleep", "1000"])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.position = self.np_random.uniform(-1, 1)
        return self.observe(), {}

    def observe(self):
        size = int(np.prod(self.observation_space.shape))
        values = self.position + np.arange(size)
        return values.reshape(self.observation_space.shape).astype(self.observation_space.dtype)

    def step(self, action):
        self.number += 1
        self.position += float(np.sum(action)) + self.np_random.uniform(-1, 1)
        observation, reward = self.observe(), self.position
        if self.fault == "time":
            reward = time.perf_counter()
        elif self.fault == "slow":
            time.sleep(0.5)
        elif self.fault == "helper":
            reward = self.helper.pid
        elif self.fault == "talk":
            print("out " * 1000)
            print("err " * 1000, file=sys.stderr)
        elif self.fault == "lazily unpicklable" and self.number == self.at:
            self.lock = threading.Lock()
        elif self.number == self.at and self.only in (None, self.np_random_seed):
            observation, reward = self.misbehave(observation, reward)
        return observation, reward, abs(self.position) > 5, False, {}

    def misbehave(self, observation, reward):
        if self.fault == "hang":
            print("it gets slow here", flush=True)
            while True:
                time.sleep(0.01)
        if self.fault == "chatter":
            while True:
                print("still here", flush=True)
        if self.fault == "exit":
            print("about to leave", file=sys.stderr)
            os._exit(3)
        if self.fault == "fork":
            # The other process inherits everything from this one, including the connection to zoo.
            if os.fork() == 0:
                time.sleep(1000)
            os._exit(4)
        if self.fault == "abort":
            os.abort()
        if self.fault == "leave":
            sys.exit("the licence has ended")
        if self.fault == "raise":
            raise ValueError("a wheel came off")
        if self.fault == "shape":
            return np.zeros(7, np.float32), reward
        if self.fault == "observation":
            return observation * np.nan, reward
        if self.fault == "reward":
            return observation, float("inf")
        return observation, reward


class MadeAgain(Trial, EzPickle):
    """An environment whose pickling loses the walk."""

    def __init__(self, **arguments):
        EzPickle.__init__(self, **arguments)
        Trial.__init__(self, **arguments)


gymnasium.register("Trial-v0", Trial, max_episode_steps=50)
gymnasium.register("Endless-v0", Trial)
gymnasium.register("MadeAgain-v0", MadeAgain, max_episode_steps=50)
