"""Writes environments.json: transitions of Gymnasium's environments and draws of NumPy's PCG64, every bit of them.

Made with gymnasium 1.2.3 and numpy 2.4.6 on Python 3.11, glibc 2.36, x86-64.
Run: python make_environments.py [--transitions N] [--seeds N] [--output FILE]

A row is [action, observation, state, reward, flags]: the action is an integer or a float32's bits, the observation the
bits of its float32s, the state the bits of its float64s, the reward a float64's bits, all in hexadecimal; flags are 1
for terminated, 2 for truncated, 3 for both. After an episode's end the next row is a reset without a seed, whose
action is null.
"""

import argparse
import ctypes
import json
import pathlib

import gymnasium
import numpy as np


def bits(values, kind):
    values = np.atleast_1d(np.asarray(values, dtype=kind))
    digits = values.dtype.itemsize * 2
    return "".join(format(int(v), f"0{digits}x") for v in values.view(f"u{values.dtype.itemsize}"))


def random_policy(environment, generator):
    space = environment.action_space
    if isinstance(space, gymnasium.spaces.Discrete):
        return lambda _: int(generator.integers(space.n))
    # Half as far again as allowed, so that clipping is tried too.
    return lambda _: (1.5 * generator.uniform(space.low, space.high)).astype(np.float32)


def balance(_environment, _generator):
    """Keeps the pole up until the time limit."""
    return lambda o: int(0.02 * o[0] + 0.1 * o[1] + o[2] + 0.5 * o[3] > 0)


def transitions(identifier, seed, count, policy):
    environment = gymnasium.make(identifier, disable_env_checker=True)
    choose = policy(environment, np.random.default_rng([seed, 1]))
    observation, _ = environment.reset(seed=seed)
    state = lambda: bits(environment.unwrapped.state, np.float64)
    rows = [[None, bits(observation, np.float32), state(), None, 0]]
    over = False
    for _ in range(count):
        if over:
            observation, _ = environment.reset()
            rows.append([None, bits(observation, np.float32), state(), None, 0])
            over = False
            continue
        action = choose(observation)
        observation, reward, terminated, truncated, _ = environment.step(action)
        rows.append(
            [
                action if isinstance(action, int) else bits(action, np.float32),
                bits(observation, np.float32),
                state(),
                bits(reward, np.float64),
                terminated + 2 * truncated,
            ]
        )
        over = terminated or truncated
    return {"id": identifier, "seed": seed, "rows": rows}


def generator(seed):
    source = np.random.PCG64(np.random.SeedSequence(seed))
    doubles = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    return {
        "seed": seed,
        "raw": [format(int(v), "016x") for v in source.random_raw(8)],
        "uniform": [bits(doubles.uniform(-0.05, 0.05), np.float64) for _ in range(8)],
    }


def squares():
    """Squares by libm's pow that differ from x * x: float64 through pow, float32 through powf."""
    power = ctypes.CDLL("libm.so.6").powf
    power.restype, power.argtypes = ctypes.c_float, [ctypes.c_float] * 2
    wide = np.random.default_rng(0).uniform(-8, 8, 20_000)
    narrow = np.random.default_rng(1).uniform(-2, 2, 100_000).astype(np.float32)
    return {
        "float64": [[bits(v, np.float64), bits(v**2, np.float64)] for v in wide if v**2 != v * v],
        "float32": [[bits(v, np.float32), bits(v**2, np.float32)] for v in narrow if v**2 != v * v][:20],
    }


parser = argparse.ArgumentParser()
parser.add_argument("--transitions", type=int, default=200)
parser.add_argument("--seeds", type=int, default=3)
parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(__file__).with_name("environments.json"))
options = parser.parse_args()

fixture = {
    "generators": [generator(s) for s in [0, 1, 42, (1 << 32) - 1, 1 << 32, 0x123456789ABCDEF0, (1 << 64) - 1]],
    "squares": squares(),
    "episodes": [
        transitions(identifier, 17 * seed, options.transitions + (20 if identifier == "Pendulum-v1" else 0), random_policy)
        for identifier in ("CartPole-v1", "Pendulum-v1")
        for seed in range(options.seeds)
    ]
    + [transitions("CartPole-v1", 5, 510, balance)],
}
rows = lambda episode: ",\n".join(json.dumps(row, separators=(",", ":")) for row in episode["rows"])
options.output.write_text(
    '{"generators":%s,\n"squares":%s,\n"episodes":[%s]}\n'
    % (
        json.dumps(fixture["generators"], separators=(",", ":")),
        json.dumps(fixture["squares"], separators=(",", ":")),
        ",\n".join(
            '{"id":"%s","seed":%d,"rows":[\n%s]}' % (e["id"], e["seed"], rows(e)) for e in fixture["episodes"]
        ),
    )
)
