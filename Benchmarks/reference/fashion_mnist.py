"""Fashion-MNIST for the peers: bytes, converted to floats batch by batch, as in zoo."""

import gzip
import struct
import sys
from pathlib import Path

import numpy

FOLDER = Path("/usr/share/datasets/fashion-mnist")


def load_images(folder: Path, size: int = 784) -> numpy.ndarray:
    """The training images as bytes, [60000, 784], or [60000, 64] of zoo's fashion-mnist-8x8."""
    path = folder / "train-images-idx3-ubyte.gz"
    if not path.exists():
        sys.exit(f"{path} is missing: install the package dataset-fashion-mnist, or name its folder with --data DIR")
    with gzip.open(path) as file:
        magic, count, rows, columns = struct.unpack(">4I", file.read(16))
        images = numpy.empty((count, rows * columns) if magic == 0x0803 else 0, numpy.uint8)
        if images.size == 0 or file.readinto(images.data) != images.size:
            sys.exit(f"{path} is not a complete IDX file of unsigned bytes in three dimensions")
    return images if size == 784 else shrink(images)


def shrink(images: numpy.ndarray) -> numpy.ndarray:
    """The images without the edge of two pixels, and the mean of each square of 3 x 3."""
    squares = images.reshape(-1, 28, 28)[:, 2:26, 2:26].reshape(-1, 8, 3, 8, 3)
    return ((squares.sum((2, 4), dtype=numpy.uint32) + 4) // 9).astype(numpy.uint8).reshape(-1, 64)
