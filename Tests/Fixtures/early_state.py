"""Prints a saved state in the form of early versions of zoo, and the observations that follow, for BridgeWorkerTests.

In early versions, the environments of a process shared its random generators, and one pickle held all of them. Here
Gymnasium's environments are stepped without zoo.
"""

import base64
import json
import pickle
import random

import gymnasium
import numpy as np

SEED, COUNT, ACTION = 3, 2, np.array(0.5, np.float32)


def observe(env):
    observation, _, terminated, truncated, _ = env.step(ACTION)
    return env.reset()[0] if terminated or truncated else observation


envs = [gymnasium.make("zoo_trials:Chance-v0") for _ in range(COUNT)]
random.seed(SEED)
np.random.seed(SEED)
for number, env in enumerate(envs):
    env.reset(seed=SEED + number)
    env.observation_space.seed(number)
    env.action_space.seed(number)
for _ in range(9):
    for env in envs:
        observe(env)
spaces = [[space._np_random for space in (env.observation_space, env.action_space)] for env in envs]
chance = random.getstate(), np.random.get_state(), None, spaces
state = pickle.dumps((envs, [False] * COUNT, [True] * COUNT, [2] * COUNT, SEED, 9, chance))
observations = [[float(value) for env in envs for value in observe(env)] for _ in range(25)]
print(json.dumps({"state": base64.b64encode(state).decode(), "observations": observations}))
