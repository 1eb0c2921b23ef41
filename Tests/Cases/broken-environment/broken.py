"""Environments that break Gymnasium's interface in one place each. `python broken.py GROUP` prints a group's names."""

import fractions
import sys

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

SEEN = np.zeros(2, np.float32)
GOOD = {"observation": SEEN, "reward": 1.0, "terminated": False, "truncated": False, "info": {}}


def but(**values):
    """The result of a good step, with some values replaced."""
    return tuple((GOOD | values).values())


STEP = {
    "four": (SEEN, 1.0, False, {}),
    "six": (SEEN, 1.0, False, False, {}, 1),
    "list": list(GOOD.values()),
    "nothing": None,
    "observation": SEEN,
    "swapped": (1.0, SEEN, False, False, {}),
    "reward-text": but(reward="1.0"),
    "reward-none": but(reward=None),
    "reward-two": but(reward=np.zeros(2)),
    "reward-dict": but(reward={"a": 1}),
    "reward-complex": but(reward=1j),
    "reward-nan": but(reward=float("nan")),
    "reward-infinite": but(reward=float("inf")),
    "observation-longer": but(observation=np.zeros(3, np.float32)),
    "observation-row": but(observation=np.zeros((1, 2), np.float32)),
    "observation-number": but(observation=0.0),
    "observation-none": but(observation=None),
    "observation-text": but(observation=["a", "b"]),
    "observation-dict": but(observation={"a": SEEN}),
    "observation-complex": but(observation=np.zeros(2, np.complex64)),
    "observation-object": but(observation=np.array([None, 1], object)),
    "observation-nan": but(observation=np.array([0, np.nan], np.float32)),
    "terminated-text": but(terminated="False"),
    "terminated-none": but(terminated=None),
    "terminated-2": but(terminated=2),
    "truncated-text": but(truncated="no"),
    "truncated-dict": but(truncated={}),
    "info-none": but(info=None),
}
RESET = {
    "reset-observation": SEEN,
    "reset-three": (SEEN, {}, 1),
    "reset-nothing": None,
    "reset-list": [SEEN, {}],
    "reset-info-none": (SEEN, None),
    "reset-swapped": ({}, SEEN),
    "reset-longer": (np.zeros(3, np.float32), {}),
    "reset-text": ("ab", {}),
    "reset-none": (None, {}),
    "reset-nan": (np.array([np.nan, 0], np.float32), {}),
}
# Numbers and flags of NumPy's types, alone or in arrays of one element.
TAKEN = [
    but(reward=1),
    but(reward=True),
    but(reward=np.float16(1)),
    but(reward=np.float32(1)),
    but(reward=np.int64(1)),
    but(reward=np.array(1.0)),
    but(reward=np.array([1.0])),
    but(reward=np.array([[1]])),
    but(reward=[1.0]),
    but(reward=fractions.Fraction(1, 2)),
    but(terminated=np.bool_(False)),
    but(terminated=np.array([False])),
    but(truncated=np.array(False)),
    but(terminated=0),
    but(truncated=0.0),
    but(observation=[0.0, 1]),
    but(observation=(0.0, 1.0)),
    but(observation=np.zeros(2, int)),
    but(observation=np.zeros(2)),
]
SPACES = ["no-action-space", "no-observation-space", "class-of-a-space", "number-as-a-space"]


class Broken(gymnasium.Env):
    observation_space = Box(-10, 10, (2,), np.float32)
    action_space = Discrete(2)

    def __init__(self, kind):
        self.kind = kind
        if kind == "no-action-space":
            self.action_space = None
        if kind == "no-observation-space":
            self.observation_space = None
        if kind == "class-of-a-space":
            self.action_space = Discrete
        if kind == "number-as-a-space":
            self.action_space = 2
        if kind == "raising-constructor":
            raise RuntimeError("no licence was found")

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.count = 0
        if self.kind == "raising-reset":
            raise ValueError("no scene was found")
        return RESET.get(self.kind, (SEEN, {}))

    def step(self, action):
        self.count += 1
        if self.kind == "raising-step":
            raise KeyError("wheel")
        if self.kind == "taken":
            return TAKEN[self.count % len(TAKEN)]
        return STEP.get(self.kind, but())


class WithoutSeed(Broken):
    def reset(self):
        return SEEN, {}


class WithoutAction(Broken):
    def step(self):
        return but()


class WithoutReset(gymnasium.Env):
    observation_space, action_space = Broken.observation_space, Broken.action_space

    def __init__(self, kind):
        pass


class Gym:
    """An environment of Gym before 0.26, which is not one of Gymnasium."""

    observation_space, action_space = Broken.observation_space, Broken.action_space

    def __init__(self, kind):
        pass


class Late(Broken):
    """Breaks after the trial, in training."""

    total = 0

    def step(self, action):
        Late.total += 1
        return but() if Late.total < 70 else but(reward="late")


class Unsaveable(Broken):
    """Not broken: only its state can't be saved."""

    def __getstate__(self):
        raise TypeError("a simulator outside of the process")


for kind in Broken, WithoutSeed, WithoutAction, WithoutReset, Gym, Late, Unsaveable:
    gymnasium.register(f"{kind.__name__}-v0", kind)
if __name__ == "__main__":
    print(*globals()[sys.argv[1]])
