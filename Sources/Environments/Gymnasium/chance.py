"""Generators of random numbers that environments share. worker.py describes how the files become one program."""

import importlib.util
import random
import sys


class TorchSeeding:
    """Seeds PyTorch when it is imported: an environment may import it as late as in a step."""

    seed = 0

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
                module.manual_seed(cls.seed)

            spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, TorchSeeding)


def seed_globals(seed):
    """Seeds the generators of `random`, of `numpy.random`, and of PyTorch, which may be imported later."""
    words = np.random.SeedSequence(seed).generate_state(8)
    random.seed(words.tobytes())
    np.random.seed(words)
    TorchSeeding.seed = int(words[0])
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(TorchSeeding.seed)


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


def seed_spaces(env, seed):
    for number, space in enumerate(spaces_of(env)):
        space.seed(int(np.random.SeedSequence([seed, number]).generate_state(1)[0]))


def chance_of(envs):
    """The state of all generators that the environments' own attributes don't hold."""
    torch = sys.modules.get("torch")
    return (
        random.getstate(), np.random.get_state(), torch and torch.get_rng_state().numpy().tobytes(),
        [[space._np_random for space in spaces_of(env)] for env in envs])


def restore_chance(chance, envs, seed):
    """Restores the state. A generator that was not imported when it was saved is seeded."""
    seed_globals(seed)
    state, numpy_state, torch_state, generators = chance
    random.setstate(state)
    np.random.set_state(numpy_state)
    if torch_state is not None:
        import torch
        torch.set_rng_state(torch.frombuffer(bytearray(torch_state), dtype=torch.uint8))
    for env, of_env in zip(envs, generators, strict=True):
        for space, generator in zip(spaces_of(env), of_env, strict=True):
            space._np_random = generator
