"""The trial of an environment. worker.py describes how the files of the worker become one program.

One instance takes some steps. Then a pickled copy repeats the later steps, and a second instance with the same seed
repeats all of them. At most one instance exists at a time: some environments allow only one.
"""

import struct

# The steps before and after the instance is pickled, and the resets at the end.
STEPS_BEFORE, STEPS_AFTER, RESETS_AFTER = 3, 16, 8


class Trial:
    """The result of a trial.

    - saving: the reason why saved states can't continue episodes, or None.
    - seeding: the reason why runs with one seed can differ, or None.
    """

    def __init__(self, env, worker, saves):
        self.worker = worker
        self.saving = self.seeding = None
        self.values = np.zeros(gymnasium.spaces.flatdim(worker.observation_space), np.float32)
        self.row = Row(worker.observation_space, self.values)
        data = image = None
        try:
            with closing(env):
                actions = self.actions(STEPS_BEFORE + STEPS_AFTER)
                before = self.started(env) + self.steps(env, actions[:STEPS_BEFORE])
                if saves:
                    try:
                        # PyTorch may be imported later. Therefore the generators are not compared.
                        data, image = pickled((env, Chance.current.saved([env]))), pickled(env)
                    except Exception as error:
                        self.saving = named(error)
                    after = self.rest(env, actions)
        except Broken as broken:
            raise Refusal("invalidSetting", f"it is broken: {self.cause() or broken}") from None
        if data is not None:
            self.saving = self.difference_of_copy(data, image, actions, after)
        if saves:
            self.seeding = self.difference_of_second(actions, before + after)

    def actions(self, count):
        """Random actions, as from an agent."""
        summary = self.worker.action_summary
        generator = np.random.default_rng(0)
        if self.worker.is_discrete:
            drawn = generator.integers(summary["count"], size=count)
        elif "counts" in summary:
            drawn = generator.integers(summary["counts"], size=(count, len(summary["counts"])))
        else:
            bounds = (np.array(summary[key], np.uint32).view(np.float32) for key in ("low", "high"))
            low, high = (bound.astype(float) for bound in bounds)
            bounded = np.isfinite(low) & np.isfinite(high)
            drawn = generator.normal(size=(count, len(low)))
            drawn[:, bounded] = generator.uniform(low[bounded], high[bounded], drawn[:, bounded].shape)
            drawn = np.clip(drawn, low, high).astype(np.float32)
        return self.worker.actions(drawn.tobytes(), count)

    def started(self, env):
        """The outcome of a seeded start."""
        Chance(self.worker.seed).enter()
        seed_spaces(env, self.worker.seed)
        return self.first(env, self.worker.seed)

    def first(self, env, seed=None):
        result = self.call("reset", env.reset, seed=seed)
        self.see(reset_result(result), "reset")
        return [self.values.tobytes()]

    def steps(self, env, actions):
        """The outcomes of actions, and of resets at the ends of episodes."""
        outcomes = []
        for action in actions:
            observation, reward, terminated, truncated = step_result(self.call("step", env.step, action))
            finite(reward, "step", "reward", reward)
            self.see(observation, "step")
            outcomes.append((self.values.tobytes(), struct.pack("<d", reward), terminated, truncated))
            if terminated or truncated:
                outcomes += self.first(env)
        return outcomes

    def see(self, observation, method):
        self.row.put(observation, method)
        finite(self.values, method, "observation", observation)

    def rest(self, env, actions):
        outcomes = self.steps(env, actions[STEPS_BEFORE:])
        for _ in range(RESETS_AFTER):
            outcomes += self.first(env)
        return outcomes

    def call(self, name, method, *arguments, **named_arguments):
        self.worker.sign()
        try:
            return method(*arguments, **named_arguments)
        except (Exception, SystemExit) as error:
            raise Broken(f"{name}() raised {located(error)}") from None
        finally:
            # Pickling and closing have the timeout of a start.
            self.worker.sign(is_start=True)

    def cause(self):
        """The fault of the environment itself, if Gymnasium's wrappers report only a consequence of it; or None."""
        try:
            with closing(self.worker.fresh()) as env:
                base = env.unwrapped
                base.action_space.seed(0)
                reset_result(base.reset(seed=self.worker.seed))
                step_result(base.step(base.action_space.sample()))
        except Broken as broken:
            return broken
        except (Exception, SystemExit):
            return None

    def difference_of_copy(self, data, image, actions, expected):
        try:
            env, chance = unpickled(data)
            with closing(env):
                Chance(self.worker.seed).restore(chance, [env])
                is_equal = pickled(env) == image
                place = difference(expected, self.rest(env, actions))
        except Exception as error:
            return f"an unpickled copy failed: {error if isinstance(error, Broken) else named(error)}"
        if place:
            return f"an unpickled copy differs from the original from step or reset {place} on"
        # For example, an open file is unpickled as a file in memory.
        return None if is_equal else "an unpickled copy is not the same: its pickle differs from the original's"

    def difference_of_second(self, actions, expected):
        try:
            env = self.worker.fresh()
        except Refusal:
            return None
        try:
            with closing(env):
                found = self.started(env) + self.steps(env, actions[:STEPS_BEFORE]) + self.rest(env, actions)
        except Broken as broken:
            return f"a second instance with the same seed failed: {broken}"
        place = difference(expected, found)
        return place and f"a second instance with the same seed differs from step or reset {place} on"


def difference(expected, found):
    """The number of the first outcome that differs, from 1; None where all are equal."""
    pairs = enumerate(zip(expected, found), 1)
    return next((place for place, (one, other) in pairs if one != other), None)
