"""Generators of random numbers that environments share. worker.py describes how the files become one program.

Every environment has its own generators in place of those of the process: `random`, `numpy.random`, PyTorch's, and
those of the spaces that it shares with other environments. Its random numbers are therefore the same in every process.
"""

import collections
import importlib.util
import random
import sys


class Chance:
    """The generators of an environment. Those of `random` and `numpy.random` are created when they are first used."""

    # The generators of the environment whose method runs.
    current = None

    def __init__(self, seed):
        self.seed = seed
        self.python_generator = self.numpy_generator = None
        # PyTorch's state while other generators are current, and its state after seeding.
        self.torch = self.torch_start = None
        # The spaces that other environments have, too, and this environment's generators for them.
        self.spaces, self.generators = [], []

    def words(self):
        return np.random.SeedSequence(self.seed).generate_state(8)

    @property
    def python(self):
        if self.python_generator is None:
            self.python_generator = random.Random(self.words().tobytes())
        return self.python_generator

    @property
    def numpy(self):
        if self.numpy_generator is None:
            self.numpy_generator = np.random.RandomState(self.words())
        return self.numpy_generator

    def enter(self):
        """Puts these generators in place of the process's."""
        previous = Chance.current
        if previous is self:
            return
        Chance.current = self
        if self.spaces or previous.spaces or TorchSeeding.torch is not None:
            self.exchange(previous)

    def exchange(self, previous):
        """Exchanges the states of generators that exist once in the process."""
        previous.generators = [space._np_random for space in previous.spaces]
        for space, generator in zip(self.spaces, self.generators, strict=True):
            space._np_random = generator
        if TorchSeeding.torch is not None:
            previous.torch = torch_state()
            self.set_torch()

    def set_torch(self):
        torch = TorchSeeding.torch
        if self.torch is None:
            torch.manual_seed(int(self.words()[0]))
            self.torch_start = torch_state()
        else:
            torch.set_rng_state(torch.frombuffer(bytearray(self.torch), dtype=torch.uint8))

    def share(self, spaces):
        """Sets the spaces that other environments have, too. They have no generators until they are seeded."""
        self.spaces, self.generators = spaces, [None] * len(spaces)

    def saved(self, envs):
        """The states of these generators and of the environments' spaces; None for a generator that was not used.

        Other environments may have imported PyTorch. It is then saved only if this environment has used it.
        """
        self.enter()
        torch = self.torch if TorchSeeding.torch is None else torch_state()
        return (
            self.python_generator and self.python_generator.getstate(),
            self.numpy_generator and self.numpy_generator.get_state(),
            None if torch == self.torch_start else torch,
            [[space._np_random for space in spaces_of(env)] for env in envs])

    def restore(self, state, envs):
        """Sets the states of new generators. One that was not used or not imported when it was saved is seeded."""
        python_state, numpy_state, self.torch, generators = state
        self.enter()
        if python_state is not None:
            self.python.setstate(python_state)
        if numpy_state is not None:
            self.numpy.set_state(numpy_state)
        for env, of_env in zip(envs, generators, strict=True):
            for space, generator in zip(spaces_of(env), of_env, strict=True):
                space._np_random = generator


class TorchSeeding:
    """Seeds PyTorch when it is imported: an environment may import it as late as in a step."""

    torch = None

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name != "torch":
            return None
        sys.meta_path.remove(cls)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            sys.meta_path.insert(0, cls)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                cls.torch = module
                Chance.current.set_torch()

            spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, TorchSeeding)


def torch_state():
    return TorchSeeding.torch.get_rng_state().numpy().tobytes()


# The generators that stand for those of the current environment, by name.
STANDING = {}


def standing(base, generator):
    """A generator of the class `base` that passes its calls on to a generator of the current environment."""

    def passing(name):
        def call(self, *arguments, **named_arguments):
            return getattr(generator(Chance.current), name)(*arguments, **named_arguments)
        # Pickles name methods.
        call.__name__ = name
        return call

    names = [name for name in dir(base) if not name.startswith("_") and callable(getattr(base, name))]
    return type(base.__name__, (base,), {name: passing(name) for name in names})()


def take_over():
    """Replaces the generators of `random` and `numpy.random`, and their functions.

    Modules that are imported later find only these. A call costs a fraction of a microsecond more, and a change of the
    environment nothing, as no state is copied.
    """
    Chance.current = Chance(0)
    STANDING["random"] = random._inst = standing(random.Random, lambda chance: chance.python)
    STANDING["numpy.random"] = np.random.mtrand._rand = standing(np.random.RandomState, lambda chance: chance.numpy)
    # Their constructors have seeded the generators of this one by chance.
    Chance.current = Chance(0)
    for module, name in (random, "random"), (np.random, "numpy.random"), (np.random.mtrand, "numpy.random"):
        for method in vars(type(STANDING[name])):
            if not method.startswith("_") and hasattr(module, method):
                setattr(module, method, getattr(STANDING[name], method))


def spaces_of(env):
    """The spaces of an environment and of its wrappers, and the parts of composite spaces. Each can draw samples."""
    found = {}

    def add(value):
        if isinstance(value, gymnasium.Space):
            if id(value) not in found:
                found[id(value)] = value
                add(vars(value))
        elif isinstance(value, dict):
            for part in value.values():
                add(part)
        elif isinstance(value, (tuple, list)):
            for part in value:
                add(part)

    while env is not None:
        add((getattr(env, "observation_space", None), getattr(env, "action_space", None)))
        env = env.env if isinstance(env, gymnasium.Wrapper) else None
    return list(found.values())


def shared_spaces(envs):
    """For each environment, the spaces that another one has, too."""
    spaces = [spaces_of(env) for env in envs]
    counts = collections.Counter(id(space) for of_env in spaces for space in of_env)
    return [[space for space in of_env if counts[id(space)] > 1] for of_env in spaces]


def seed_spaces(env, seed):
    for number, space in enumerate(spaces_of(env)):
        space.seed(int(np.random.SeedSequence([seed, number]).generate_state(1)[0]))
