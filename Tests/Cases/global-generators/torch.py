"""A stand-in for PyTorch's global generator, with the functions that seed, save and restore it."""

import random

import numpy as np

uint8 = np.uint8
# PyTorch's seed until another one is set.
generator = random.Random(67280421310721)


class Tensor:
    def __init__(self, array):
        self.array = array

    def numpy(self):
        return self.array


def manual_seed(seed):
    generator.seed(int(seed))


def rand():
    return generator.random()


def get_rng_state():
    return Tensor(np.array(generator.getstate()[1], np.uint32).view(np.uint8))


def frombuffer(data, dtype):
    return Tensor(np.frombuffer(bytes(data), dtype))


def set_rng_state(state):
    generator.setstate((3, tuple(int(word) for word in state.numpy().view(np.uint32)), None))
