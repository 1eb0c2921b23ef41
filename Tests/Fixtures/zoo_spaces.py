"""Environments with spaces of every kind, for the tests of GymnasiumEnvironment and of the command.

For example `gymnasium.make("zoo_spaces:Walk-v0", space="dict")`. If there is a file `kill` in the working folder, the
process that started this one is killed after as many steps as the file says. With a file `kill-worker`, this process is
killed.
"""

import copy
import os
import random
import signal

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, Graph, MultiBinary, MultiDiscrete, OneOf, Sequence, Text, Tuple

BOX = Box(-3, 5, (2, 1), np.float64)
NUMBERS = np.arange(12, dtype=np.float32).reshape(2, 3, 2)

OBSERVATIONS = {
    "discrete": Discrete(5, start=-2),
    "multi-discrete": MultiDiscrete([[3, 2], [1, 4]], start=[[0, -1], [7, 2]]),
    "multi-binary": MultiBinary((2, 3)),
    "matrix": Box(NUMBERS - 9, NUMBERS + 0.5, dtype=np.float32),
    "integers": Box(-100, 100, (2, 2), np.int16),
    "picture": Box(0, 255, (2, 3, 3), np.uint8),
    "camera": Box(0, 255, (5, 6, 3), np.uint8),
    "channels first": Box(0, 255, (3, 6, 5), np.uint8),
    # A plain dict is sorted by its keys, a list of pairs is not.
    "dict": Dict({"speed": BOX, "place": Discrete(3, start=1), "mask": MultiBinary(2)}),
    "ordered dict": Dict([("speed", BOX), ("place", Discrete(3, start=1)), ("mask", MultiBinary(2))]),
    "tuple": Tuple((Discrete(2), Box(-1, 1, (3,), np.float32), MultiDiscrete([2, 3]))),
    "nested": Dict({
        "b": Tuple((Dict({"z": Discrete(2), "y": Box(0, 9, (2,), np.int64)}), MultiBinary(3))),
        "a/b": Box(-np.inf, np.inf, (2,), np.float64),
    }),
    "text": Dict({"word": Text(4), "place": Discrete(3)}),
    "graph": Tuple((Graph(BOX, None), Discrete(3))),
    "sequence": Sequence(Discrete(3)),
    "one of": OneOf((Discrete(3), BOX)),
    "empty": Dict({}),
    "huge": Dict({"a": Discrete(2**24), "b": Discrete(2)}),
    "complex": Box(-1, 1, (2,), np.float32),
}
OBSERVATIONS["complex"].dtype = np.dtype(np.complex64)
ACTIONS = {
    "discrete": Discrete(3, start=-1),
    "box": Box(-2, 2, (2,), np.float32),
    "multi-discrete": MultiDiscrete([[3, 1], [2, 4]], start=[[0, 5], [-1, 0]]),
    "multi-binary": MultiBinary((3, 1)),
}
STEPS = 0


class Walk(gymnasium.Env):
    """Observations are samples of the space. Rewards depend on the actions and on draws."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 20}

    def __init__(self, space="discrete", action="discrete", wrong=None, draws=False, render_mode=None):
        self.render_mode, self.draws = render_mode, draws
        self.observation_space, self.action_space = OBSERVATIONS[space], ACTIONS[action]
        self.wrong, self.number = wrong, 0
        self.view = copy.deepcopy(self.observation_space)

    def observe(self):
        self.view.seed(int(self.np_random.integers(2**31)))
        value = self.view.sample()
        self.number += 1
        # The trial at the start has fewer observations.
        if self.wrong is None or self.number < 90:
            return value
        return eval(self.wrong, {"np": np, "value": value})

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return self.observe(), {}

    def step(self, action):
        global STEPS
        STEPS += 1
        if os.path.exists("kill") and STEPS == int(open("kill").read()):
            os.kill(os.getppid(), signal.SIGKILL)
        if os.path.exists("kill-worker") and STEPS == int(open("kill-worker").read()):
            os.kill(os.getpid(), signal.SIGKILL)
        if not self.action_space.contains(action):
            raise ValueError(f"the action {action!r} is not in {self.action_space}")
        numbers = np.ravel(action)
        reward = float(numbers @ (1 + np.arange(len(numbers)))) + self.np_random.uniform(-1, 1)
        if self.draws:
            reward += random.gauss(0, 1) + np.random.normal()
        return self.observe(), reward, bool(self.np_random.random() < 0.06), False, {}

    def render(self):
        """Stripes of 50 pixels, one more after each observation."""
        picture = np.zeros((41, 1201, 3), np.uint8)
        picture[:, :self.number * 50] = 255, 128, self.number
        return picture


gymnasium.register("Walk-v0", Walk, max_episode_steps=25)


def flat(**arguments):
    env = gymnasium.wrappers.FlattenObservation(Walk(**arguments))
    return gymnasium.wrappers.DtypeObservation(env, np.float64)


def stacked(**arguments):
    return gymnasium.wrappers.FrameStackObservation(Walk(**arguments), 3, padding_type="reset")


gymnasium.register("StackedWalk-v0", stacked, max_episode_steps=25)

# Gymnasium's own flattening. The numbers of these spaces are exact in float64.
gymnasium.register("FlatWalk-v0", flat, max_episode_steps=25)
