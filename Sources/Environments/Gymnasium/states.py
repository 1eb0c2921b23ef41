"""Saved states of parallel environments. worker.py describes how the files of the worker become one program."""

import itertools
import struct


def pickles_in(data, count):
    """The pickles after their sizes."""
    sizes = struct.unpack_from(f"<{count}Q", data)
    ends = list(itertools.accumulate(sizes, initial=8 * count))
    return [data[start:end] for start, end in itertools.pairwise(ends)]


class SavedStates:
    """The part of a worker that saves and restores its environments."""

    def save(self):
        """The sizes of the environments' pickles and the pickles after a 2.

        If they can't be pickled, a seed for new episodes and the reason after a 0. After a state of an early version, a
        state in its form.
        """
        if self.obstacle is None:
            try:
                if self.has_common_chance:
                    return b"\1" + self.pickled_as_one()
                pickles = [self.pickled_copy(copy) for copy in range(self.count)]
                return b"\2" + struct.pack(f"<{self.count}Q", *map(len, pickles)) + b"".join(pickles)
            except Exception as error:
                self.obstacle = named(error)
        entropy = np.random.SeedSequence([self.seed, self.steps])
        return b"\0" + entropy.generate_state(1, np.uint64).tobytes() + self.obstacle.encode(errors="replace")

    @property
    def has_common_chance(self):
        """Whether all environments draw from the same generators, as in early versions."""
        return any(chance is self.chances[0] for chance in self.chances[1:])

    def pickled_copy(self, copy):
        self.sign(is_start=True)
        env = self.envs[copy]
        chance = self.chances[copy].saved([env])
        return pickled((env, self.over[copy], self.begun[copy], self.elapsed[copy], self.seed, self.steps, chance))

    def pickled_as_one(self):
        chance = self.chances[0].saved(self.envs)
        return pickled((self.envs, self.over, self.begun, self.elapsed, self.seed, self.steps, chance))

    def read(self, body):
        """Reads and checks a saved state. `restore` makes it the current one."""
        self.restore = None
        if body[:1] == b"\0":
            self.restore = lambda: self.begin(struct.unpack("<Q", body[1:])[0])
            return b""
        try:
            if body[:1] == b"\1":
                # The first versions saved no generators.
                envs, over, begun, elapsed, seed, steps, *chance = unpickled(body[1:])
                chances = None
            else:
                values = [unpickled(pickle) for pickle in pickles_in(body[1:], self.count)]
                envs, over, begun, elapsed, seeds, all_steps, chances = map(list, zip(*values, strict=True))
                seed, steps, chance = seeds[0], all_steps[0], None
        except Exception as error:
            raise Refusal("invalidState", f"a saved state can't be unpickled: {named(error)}") from None
        if len(envs) != self.count:
            raise Refusal("invalidState", f"a saved state has {len(envs)} environments, expected {self.count}")
        spaces = envs[0].observation_space, envs[0].action_space
        if spaces != (self.observation_space, self.action_space):
            raise Refusal(
                "invalidState", f"a saved state has the spaces {spaces[0]} and {spaces[1]}, expected"
                f" {self.observation_space} and {self.action_space}")

        def restore():
            for env in self.envs:
                with closing(env):
                    pass
            self.envs, self.over, self.begun, self.elapsed = envs, over, begun, elapsed
            self.seed, self.steps = seed, steps
            if chances is None:
                self.restore_common(*chance)
            else:
                self.restore_each(chances)
            return b""

        self.restore = restore
        return b""

    def begin(self, seed):
        """Begins new episodes in place of those that could not be saved."""
        self.reset_all(seed)
        self.begun = [False] * self.count
        # The run knows the reason since its start.
        self.obstacle = self.obstacle or "its saved states hold no episodes"
        return b""

    def restore_each(self, states):
        self.chances = [Chance(self.seed_of(copy)) for copy in range(self.count)]
        for env, chance, state, spaces in zip(self.envs, self.chances, states, shared_spaces(self.envs)):
            chance.share(spaces)
            chance.restore(state, [env])

    def restore_common(self, state=None):
        """Restores the generators of an early version, which all environments share."""
        chance = Chance([self.seed, self.steps] if state is None else self.seed)
        self.chances = [chance] * self.count
        if state is not None:
            chance.restore(state, self.envs)
            return
        chance.enter()
        # Created now: generators that exist are saved.
        _ = chance.python, chance.numpy
