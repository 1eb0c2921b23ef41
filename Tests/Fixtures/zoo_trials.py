"""Environments for the tests of actions, randomness, faults and slowness of GymnasiumEnvironment.

Found like those of zoo_environments.py.
"""

import os
import random
import sys
import time
import uuid

import gymnasium
import numpy as np
from gymnasium import spaces


def awkward_bounds(dtype, finite):
    """Pairs of bounds: values that float32 rounds, equal, huge, tiny and asymmetric ones, random bits."""
    info = np.finfo(dtype)
    pairs = [
        (0.1, 0.3), (-0.1, 0.7), (1 / 3, 2 / 3), (0.1, 0.1), (0, 0), (-1e-310, 1e-310), (1e-310, 2e-310),
        (5e-324, 5e-324),
        (-1e300, 1e300), (1e300, 1e301), (-3e38, 3e38), (info.min, info.max), (16777216, 16777218),
        (16777217, 16777217),
        (1e6, 1e6 + 0.3), (-5, 1000), (0, 1e-40), (-1e-45, 1e-44), (2048, 2050), (-0.0, 0.0), (0.3, 1e300)]
    if not finite:
        pairs += [(-np.inf, np.inf), (0.1, np.inf), (-np.inf, 0.1), (-np.inf, -1e300), (1e300, np.inf)]
    drawn = np.frombuffer(np.random.default_rng(7).bytes(400 * info.bits // 8), dtype).astype(float)
    drawn = drawn[np.isfinite(drawn)]
    pairs += [tuple(sorted(pair)) for pair in zip(drawn[::2], drawn[1::2])]
    with np.errstate(over="ignore"):
        bounds = np.array(pairs).astype(dtype)
    # float16 has no value there.
    bounds = bounds[(bounds[:, 0] < np.inf) & (bounds[:, 1] > -np.inf)]
    if finite:
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
    # Bounds of several dimensions, with an even number of elements.
    return bounds[:len(bounds) // 2 * 2].reshape(-1, 2, 2)


class Bounds(gymnasium.Env):
    """Accepts only actions of its space, and shows them in float32's precision."""

    def __init__(self, dtype="float64", finite=True):
        bounds = awkward_bounds(np.dtype(dtype), finite)
        self.action_space = spaces.Box(bounds[..., 0], bounds[..., 1], dtype=np.dtype(dtype))
        self.observation_space = spaces.Box(-np.inf, np.inf, self.action_space.shape, np.float64)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(self.observation_space.shape), {}

    def step(self, action):
        space = self.action_space
        if not isinstance(action, np.ndarray) or action.dtype != space.dtype or action.shape != space.shape:
            raise ValueError(f"{type(action)} {action.dtype} {action.shape}")
        if not space.contains(action):
            wrong = ~((space.low <= action) & (action <= space.high))
            raise ValueError(f"{action[wrong]} not in {space.low[wrong]} to {space.high[wrong]}")
        if not np.isfinite(action).all():
            raise ValueError("not finite")
        return np.clip(action.astype(float), -3e38, 3e38), 0.0, False, False, {}


class Scalar(gymnasium.Env):
    """Accepts an array without dimensions, like the samples of its space."""

    observation_space = action_space = spaces.Box(-1, 1, (), np.float64)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return np.zeros(()), {}

    def step(self, action):
        if not isinstance(action, np.ndarray) or not self.action_space.contains(action):
            raise TypeError(f"{action!r}")
        return action, 0.0, False, False, {}


WALK = random.Random(3)


class Chance(gymnasium.Env):
    """Shows a draw of each source that a seed reaches, or one of a source that no seed reaches."""

    action_space = spaces.Box(-1, 1, (), np.float32)

    def __init__(self, source=None):
        self.source = source
        self.observation_space = spaces.Box(-np.inf, np.inf, (9 if source is None else 1,), np.float32)
        self.inner = np.random.default_rng() if source == "generator" else None
        self.born = np.random.random(), random.random()
        self.count = 0
        if source == "torch":
            self.draw_from_torch()

    def draw_from_torch(self):
        """A draw from a stand-in for PyTorch; a late one is imported only in the middle of an episode."""
        if self.source == "late torch" and self.count < 6:
            return 0
        folder = os.path.join(os.path.dirname(__file__), "../Cases/global-generators")
        if folder not in sys.path:
            sys.path.insert(0, folder)
        import torch
        return torch.rand()

    def observe(self):
        self.count += 1
        if self.source is None:
            # A rare draw, which changes all later ones.
            rare = random.random() if np.random.random() < 0.1 else 0
            return np.array([
                rare, random.random(), random.gauss(0, 1), np.random.random(), np.random.randn(),
                self.action_space.sample(), self.observation_space.sample()[0], self.np_random.random(), sum(self.born),
            ], np.float32)
        value = {
            "generator": lambda: self.inner.random(),
            "system": lambda: int.from_bytes(os.urandom(3), "little"),
            "coin": lambda: os.urandom(1)[0] & 1,
            "uuid": lambda: uuid.uuid4().int % 1000,
            "time": lambda: time.time_ns() % 1000000,
            "module": lambda: WALK.random(),
            "torch": self.draw_from_torch, "late torch": self.draw_from_torch,
        }[self.source]()
        return np.array([value], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observe(), {}

    def step(self, action):
        return self.observe(), 0.0, self.count % 7 == 0, False, {}


class Plain(gymnasium.Env):
    """A counter. Subclasses replace a result."""

    observation_space = spaces.Box(-1e6, 1e6, (2,), np.float32)
    action_space = spaces.Discrete(2)

    def __init__(self, **changes):
        self.changes = changes
        self.count = 0

    def result(self, name, value):
        """The value, or its replacement in `changes`, a Python expression."""
        if name not in self.changes or self.count < self.changes.get("at", 0):
            return value
        return eval(self.changes[name], {"np": np, "value": value, "count": self.count})

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        observation = self.result("reset_observation", np.array([self.count, 1], np.float32))
        return self.result("reset", (observation, self.result("reset_info", {})))

    def step(self, action):
        self.count += 1
        observation = self.result("observation", np.array([self.count, 2], np.float32))
        flags = self.result("terminated", self.count % 9 == 0), self.result("truncated", False)
        return self.result(
            "step", (observation, self.result("reward", self.count / 4), *flags, self.result("info", {})))


class Slow(Plain):
    """An environment whose steps take long."""

    def step(self, action):
        time.sleep(self.changes.get("seconds", 0))
        return super().step(action)

    def reset(self, *, seed=None, options=None):
        time.sleep(self.changes.get("reset seconds", 0))
        return super().reset(seed=seed)


class Single(Plain):
    """Only one instance can exist in all processes, as with a device; with `forever`, one in the life of a process."""

    made = 0

    def __init__(self, path, forever=False):
        super().__init__()
        Single.made += 1
        if forever and Single.made > 1:
            raise RuntimeError("the device was opened before")
        self.path, self.is_owner = path, True
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))

    def __getstate__(self):
        return {name: value for name, value in self.__dict__.items() if name != "is_owner"}

    def __setstate__(self, state):
        # An unpickled copy has not opened the device.
        self.__dict__.update(state, is_owner=False)

    def close(self):
        if self.is_owner:
            os.unlink(self.path)


gymnasium.register("Bounds-v0", Bounds)
gymnasium.register("Scalar-v0", Scalar)
gymnasium.register("Chance-v0", Chance, max_episode_steps=50)
gymnasium.register("Plain-v0", Plain, max_episode_steps=50)
gymnasium.register("Bare-v0", Plain, disable_env_checker=True, order_enforce=False)
gymnasium.register("Slow-v0", Slow, max_episode_steps=50)
gymnasium.register("Single-v0", Single, max_episode_steps=50)
