"""The data sets of the peers, by the names that recipes use, and their batches."""

from pathlib import Path

import cifar10
import fashion_mnist
import numpy
from recipe import Recipe


def load_images(recipe: Recipe, folder: Path | None = None) -> numpy.ndarray:
    """The training images of a recipe's data set as bytes, a row for each. Without a folder, from the default one."""
    match recipe.dataset:
        case "fashion-mnist" | "fashion-mnist-8x8":
            return fashion_mnist.load_images(folder or fashion_mnist.FOLDER, recipe.sample_size)
        case "cifar-10":
            return cifar10.load_images(folder or cifar10.FOLDER)
    raise ValueError(f"the peers have no data set '{recipe.dataset}'")


class ShuffledBatches:
    """Rows of shuffled epochs; the incomplete last batch of an epoch is dropped."""

    def __init__(self, count: int, batch: int, seed: int):
        self.count, self.batch, self.position = count, batch, count
        self.random = numpy.random.default_rng(seed)

    def next(self) -> numpy.ndarray:
        if self.position + self.batch > self.count:
            self.order, self.position = self.random.permutation(self.count), 0
        self.position += self.batch
        return self.order[self.position - self.batch : self.position]
