"""Generators of random numbers that environments share. worker.py describes how the parts become one program."""

import random
import sys


def seed_globals(seed):
    """Seeds the generators of `random`, of `numpy.random`, and of PyTorch where it is imported."""
    words = np.random.SeedSequence(seed).generate_state(8)
    random.seed(words.tobytes())
    np.random.seed(words)
    if (torch := sys.modules.get("torch")) is not None:
        torch.manual_seed(int(words[0]))


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


def restore_chance(chance, envs):
    state, numpy_state, torch_state, generators = chance
    random.setstate(state)
    np.random.set_state(numpy_state)
    if torch_state is not None:
        import torch
        torch.set_rng_state(torch.frombuffer(bytearray(torch_state), dtype=torch.uint8))
    for env, of_env in zip(envs, generators, strict=True):
        for space, generator in zip(spaces_of(env), of_env, strict=True):
            space._np_random = generator
