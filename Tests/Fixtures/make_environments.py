"""Writes environments.json: the bits of Gymnasium's environments and wrappers and of NumPy's PCG64.

Generated with gymnasium 1.4.0 and numpy 2.4.6 on Python 3.11, glibc 2.36, x86-64 with AVX-512.
Run: python make_environments.py                      writes the file
     python make_environments.py --check              compares the file with the installed gymnasium
     python make_environments.py --seed N -o FILE     other episodes, for ZOO_ENVIRONMENTS=FILE swift test

Numbers are written as the hexadecimal digits of their bits. A row of `episodes` is [action, observation, state, reward,
flags]: the action is an integer or a float32, the observation float32s, the state float64s, the reward a float64; flags
are 1 for terminated, 2 for truncated, 3 for both. After an episode's end the next row is a reset without a seed, whose
action is null.

The long sequences are stored as digests, one after each block, of 64-bit words w: h = (h ^ w) * 0x100000001b3 mod 2^64,
h = h ^ h >> 32, from h = 0xcbf29ce484222325. The functions that produce the words describe them.
"""

import argparse
import json
import math
import pathlib
import sys

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, SyncVectorEnv
from gymnasium.wrappers import vector as wrappers
from gymnasium.wrappers.utils import RunningMeanStd

ENVIRONMENTS = ["CartPole-v1", "Acrobot-v1", "Pendulum-v1", "MountainCarContinuous-v0"]
MODES = {"next-step": AutoresetMode.NEXT_STEP, "same-step": AutoresetMode.SAME_STEP, "disabled": AutoresetMode.DISABLED}
FILE = pathlib.Path(__file__).with_name("environments.json")


def bits(values, kind):
    values = np.atleast_1d(np.asarray(values, dtype=kind))
    digits = values.dtype.itemsize * 2
    return "".join(format(int(v), f"0{digits}x") for v in values.view(f"u{values.dtype.itemsize}").ravel())


class Digest:
    def __init__(self):
        self.value, self.blocks = 0xCBF29CE484222325, []

    def add(self, values, kind):
        values = np.ascontiguousarray(np.atleast_1d(np.asarray(values, dtype=kind)))
        for word in values.view(f"u{values.dtype.itemsize}").ravel().tolist():
            self.value = (self.value ^ word) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
            self.value ^= self.value >> 32

    def end_block(self):
        self.blocks.append(format(self.value, "016x"))


def make(identifier, **arguments):
    return gymnasium.make(identifier, disable_env_checker=True, **arguments)


class Actor:
    """Random actions. Those of boxes exceed the bounds by up to a half, to test clipping.

    Odd episodes have some skill, so that episodes end in all ways: it balances the pole, swings the acrobot, and pushes
    continuous tasks in the direction of their motion.
    """

    def __init__(self, identifier, space, seed):
        self.identifier, self.space = identifier, space
        self.source = np.random.PCG64(np.random.SeedSequence(seed))
        self.generator = np.random.Generator(self.source)

    def act(self, observation, episode):
        o = [float(v) for v in observation]
        if isinstance(self.space, gymnasium.spaces.Discrete):
            choice = int(self.source.random_raw()) % int(self.space.n)
            if episode % 2 == 1 and self.identifier == "CartPole-v1":
                return int(0.02 * o[0] + 0.1 * o[1] + o[2] + 0.5 * o[3] > 0)
            if episode % 2 == 1:
                return 0 if o[4] > 0 else 2
            return choice
        bound = 1.5 * float(self.space.high[0])
        force = self.generator.uniform(-bound, bound)
        return np.array([math.copysign(force, o[-1]) if episode % 2 == 1 else force], np.float32)


def episodes(identifier, seed, count):
    environment = make(identifier)
    actor = Actor(identifier, environment.action_space, seed + 1)
    observation, _ = environment.reset(seed=seed)
    state = lambda: bits(environment.unwrapped.state, np.float64)
    rows = [[None, bits(observation, np.float32), state(), None, 0]]
    for _ in range(count):
        if rows[-1][4] != 0:
            observation, _ = environment.reset()
            rows.append([None, bits(observation, np.float32), state(), None, 0])
            continue
        action = actor.act(observation, 0)
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
    return {"id": identifier, "seed": seed, "rows": rows}


def resets(identifier, seed, count):
    """The words of a reset: observation, state."""
    environment = make(identifier)
    digest = Digest()
    for number in range(count):
        observation, _ = environment.reset(seed=seed if number == 0 else None)
        digest.add(observation, np.float32)
        digest.add(environment.unwrapped.state, np.float64)
    digest.end_block()
    return {"id": identifier, "seed": seed, "count": count, "digest": digest.blocks[0]}


def spins(count):
    """Steps of CartPole from states for which squaring by x * x differs from libm's pow: fast spinning ones.

    Each is [state, action, next state].
    """
    environment = make("CartPole-v1").unwrapped
    environment.reset(seed=0)
    random, found = np.random.default_rng(3), []
    while len(found) < count:
        velocity = random.uniform(-1000, 1000)
        if velocity**2 == velocity * velocity:
            continue
        state = np.array([random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-0.2, 0.2), velocity])
        action = int(random.integers(2))
        environment.state = state
        environment.steps_beyond_terminated = None
        environment.step(action)
        found.append([bits(state, np.float64), action, bits(environment.state, np.float64)])
    return found


def trajectory(identifier, seed, count, block):
    """A reset's words: observation, state. A step's: observation, state, reward, flags."""
    environment = make(identifier)
    actor = Actor(identifier, environment.action_space, seed + 1)
    digest, endings, episode, over = Digest(), [0, 0], 0, True
    for number in range(count):
        if over:
            observation, _ = environment.reset(seed=seed if number == 0 else None)
            digest.add(observation, np.float32)
            digest.add(environment.unwrapped.state, np.float64)
        observation, reward, terminated, truncated, _ = environment.step(actor.act(observation, episode))
        digest.add(observation, np.float32)
        digest.add(environment.unwrapped.state, np.float64)
        digest.add(reward, np.float64)
        digest.add(terminated + 2 * truncated, np.uint64)
        endings = [endings[0] + terminated, endings[1] + truncated]
        over = terminated or truncated
        episode += over
        if (number + 1) % block == 0:
            digest.end_block()
    return {
        "id": identifier,
        "seed": seed,
        "block": block,
        "terminated": int(endings[0]),
        "truncated": int(endings[1]),
        "digests": digest.blocks,
    }


def moments(statistics, kind):
    return [bits(statistics.mean, kind), bits(statistics.var, kind), bits(statistics.count, np.float64)]


def vector(identifier, mode, copies, seed, count, block, limit, layers):
    """The words of a reset: observations. Those of a step: observations, rewards, flags; for each environment whose
    episode has ended, with "statistics" the sum of its rewards and its length, in same-step mode its last observation.

    Layers, from the inside: "statistics", "observations", "rewards" normalised, "clip", ["rescale", low, high].
    """
    inner = SyncVectorEnv([lambda: make(identifier, max_episode_steps=limit)] * copies, autoreset_mode=MODES[mode])
    environment, observed, rewarded, own, accumulators = inner, None, None, None, []
    for layer in layers:
        if layer == "statistics":
            environment = wrappers.RecordEpisodeStatistics(environment)
            accumulators += [(environment, "episode_returns"), (environment, "episode_lengths")]
        elif layer == "observations" and mode == "next-step":
            environment = observed = wrappers.NormalizeObservation(environment)
        elif layer == "observations":
            # Gymnasium has it for next-step mode only: its moments and formula, applied to the environment's
            # observations.
            own = RunningMeanStd(shape=inner.single_observation_space.shape, dtype=np.float32)
        elif layer == "rewards":
            environment = rewarded = wrappers.NormalizeReward(environment)
            accumulators.append((environment, "accumulated_reward"))
        elif layer == "clip":
            environment = wrappers.ClipAction(environment)
        else:
            environment = wrappers.RescaleAction(environment, layer[1], layer[2])
    normalize = lambda o: ((o - own.mean) / np.sqrt(own.var + 1e-8)).astype(np.float32)

    def observe(observations):
        if own is not None:
            own.update(observations)
            observations = normalize(observations)
        digest.add(observations, np.float32)
        return observations

    digest = Digest()
    actor = Actor(identifier, inner.single_action_space, seed + 1000)
    observations, _ = environment.reset(seed=seed)
    observations = observe(observations)
    over = np.zeros(copies, bool)
    for number in range(count):
        if mode == "disabled" and over.any():
            # Gymnasium's wrappers drop the sums of all environments here (they see the options after the mask is
            # removed). This is corrected.
            sums = [(w, n, np.where(over, 0, getattr(w, n))) for w, n in accumulators]
            observations, _ = environment.reset(options={"reset_mask": over.copy()})
            for wrapper, name, values in sums:
                setattr(wrapper, name, values)
            observations = observe(observations)
        actions = np.array([actor.act(observation, 0) for observation in observations])
        observations, rewards, terminated, truncated, info = environment.step(actions)
        observations = observe(observations)
        digest.add(rewards, np.float64)
        digest.add(terminated + 2 * truncated.astype(np.uint64), np.uint64)
        over = terminated | truncated
        for copy in np.flatnonzero(over):
            if "statistics" in layers:
                digest.add(info["episode"]["r"][copy], np.float64)
                digest.add(info["episode"]["l"][copy], np.uint64)
            if mode == "same-step":
                final = info["final_obs"][copy]
                digest.add(final if own is None else normalize(final), np.float32)
        if (number + 1) % block == 0:
            digest.end_block()
    kept = {}
    if "observations" in layers:
        kept["observations"] = moments(own if observed is None else observed.obs_rms, np.float32)
    if rewarded is not None:
        kept["rewards"] = moments(rewarded.return_rms, np.float64)
    return {
        "id": identifier,
        "mode": mode,
        "copies": copies,
        "seed": seed,
        "block": block,
        "limit": limit,
        "layers": [layer if isinstance(layer, str) else layer[0] for layer in layers],
        "bounds": next((layer[1:] for layer in layers if not isinstance(layer, str)), [-1, 1]),
        "moments": kept,
        "digests": digest.blocks,
    }


def vectors(seed):
    plain = [(i, m, 3, ["statistics"]) for i in ENVIRONMENTS for m in MODES]
    normalized = [(i, "next-step", 3, ["statistics", "observations", "rewards"]) for i in ENVIRONMENTS]
    # The order of a sum changes at 8 environments, and above 128.
    others = [
        ("CartPole-v1", "next-step", 11, ["observations", "rewards"]),
        ("Pendulum-v1", "next-step", 300, ["observations", "rewards"]),
        ("CartPole-v1", "same-step", 9, ["statistics", "observations", "rewards"]),
        ("MountainCarContinuous-v0", "same-step", 5, ["observations", "rewards"]),
        ("CartPole-v1", "disabled", 3, ["rewards"]),
        ("Pendulum-v1", "next-step", 2, ["clip"]),
        ("MountainCarContinuous-v0", "next-step", 2, ["clip"]),
        ("Pendulum-v1", "next-step", 2, [["rescale", -1.0, 1.0]]),
        ("Pendulum-v1", "same-step", 2, [["rescale", -1.0, 1.0], "clip"]),
        ("MountainCarContinuous-v0", "next-step", 2, [["rescale", 0.0, 0.3]]),
        ("MountainCarContinuous-v0", "disabled", 2, [["rescale", -0.7, 3.1]]),
    ]
    return [
        vector(i, m, copies, seed + number, 400 if copies < 100 else 40, 40, 23, layers)
        for number, (i, m, copies, layers) in enumerate(plain + normalized + others)
    ]


def generator(seed):
    source = np.random.PCG64(np.random.SeedSequence(seed))
    doubles = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    return {
        "seed": seed,
        "raw": [format(int(v), "016x") for v in source.random_raw(8)],
        "uniform": [bits(doubles.uniform(-0.05, 0.05), np.float64) for _ in range(8)],
    }


def squares():
    """Squares by libm's pow that differ from x * x: float64 with pow, float32 with powf."""
    wide = np.random.default_rng(0).uniform(-8, 8, 20_000)
    narrow = np.random.default_rng(1).uniform(-2, 2, 100_000).astype(np.float32)
    return {
        "float64": [[bits(v, np.float64), bits(v**2, np.float64)] for v in wide if v**2 != v * v],
        "float32": [[bits(v, np.float32), bits(v**2, np.float32)] for v in narrow if v**2 != v * v][:20],
    }


def waves():
    """Sines and cosines of small float32s that differ from those in float64, rounded, and a digest of many.

    The numbers of the digest are -pi/4 + i / 2^20 in float32; its words are the sine and the cosine of each.
    """
    both = lambda values: np.stack([np.sin(values), np.cos(values)], axis=1).astype(np.float32)
    x = np.random.default_rng(2).uniform(-0.1, 0.1, 40_000).astype(np.float32)
    differing = [
        [bits(v, np.float32), bits(pair[0], np.float32), bits(pair[1], np.float32)]
        for v, pair, other in zip(x, both(x), both(x.astype(np.float64)))
        if (pair != other).any()
    ][:20]
    digest = Digest()
    grid = (-math.pi / 4 + np.arange(0, 1_647_099, 16) / 2**20).astype(np.float32)
    digest.add(both(grid), np.float32)
    digest.end_block()
    return {"differing": differing, "count": len(grid), "digest": digest.blocks[0]}


def sums():
    """Sums of float32s i * 0.1 (each product rounded) for counts around the sizes at which NumPy's order changes."""
    counts = [1, 7, 8, 9, 15, 16, 127, 128, 129, 136, 137, 255, 256, 257, 1000]
    values = np.arange(1000, dtype=np.float32) * np.float32(0.1)
    return [[count, bits(values[:count].sum(), np.float32)] for count in counts]


def sections(seed):
    rows = lambda items: "[" + ",\n".join(json.dumps(item, separators=(",", ":")) for item in items) + "]"
    episode = lambda e: '{"id":"%s","seed":%d,"rows":%s}' % (e["id"], e["seed"], rows(e["rows"]))
    yield "versions", json.dumps({"gymnasium": gymnasium.__version__, "numpy": np.__version__})
    yield "generators", rows(
        generator(s) for s in [0, 1, 42, (1 << 32) - 1, 1 << 32, 0x123456789ABCDEF0, (1 << 64) - 1]
    )
    yield "squares", json.dumps(squares(), separators=(",", ":"))
    yield "waves", json.dumps(waves(), separators=(",", ":"))
    yield "sums", rows(sums())
    yield "episodes", "[%s]" % ",\n".join(
        episode(episodes(i, seed + 17 * number, 210 if i == "Pendulum-v1" else 100))
        for i in ENVIRONMENTS
        for number in range(2)
    )
    yield "resets", rows(resets(i, seed + 5, 20_000) for i in ENVIRONMENTS)
    yield "spins", rows(spins(20))
    yield "trajectories", rows(trajectory(i, seed + 3, 100_000, 1_000) for i in ENVIRONMENTS)
    yield "vectors", rows(vectors(seed))


parser = argparse.ArgumentParser()
parser.add_argument("--check", action="store_true")
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("-o", "--output", type=pathlib.Path, default=FILE)
options = parser.parse_args()

made = dict(sections(options.seed))
if not options.check:
    options.output.write_text("{%s}\n" % ",\n".join(f'"{name}":{text}' for name, text in made.items()))
    sys.exit()

kept, failures = json.loads(FILE.read_text()), 0
for name, text in made.items():
    expected, found = kept.get(name), json.loads(text)
    items = zip(expected, found) if isinstance(found, list) else [(expected, found)]
    for number, (theirs, ours) in enumerate(items):
        label = "%s %d %s" % (name, number, ours.get("id", "")) if isinstance(ours, dict) else "%s %d" % (name, number)
        if name != "versions":
            print("ok" if theirs == ours else "not ok", label)
            failures += theirs != ours
sys.exit(failures != 0)
