"""CIFAR-10 for the peers: bytes, converted to floats batch by batch, as in zoo."""

import sys
from pathlib import Path

import numpy

FOLDER = Path("/usr/share/datasets/cifar-10")
FILES = [f"data_batch_{number}.bin" for number in range(1, 6)]
# A record is a byte for the class, and 32 x 32 bytes for each of red, green and blue.
RECORD = 1 + 3 * 32 * 32


def load_images(folder: Path) -> numpy.ndarray:
    """The training images as bytes, [50000, 3072]."""
    return numpy.concatenate([read(folder / file) for file in FILES])


def read(path: Path) -> numpy.ndarray:
    if not path.exists():
        sys.exit(f"{path} is missing: unpack CIFAR-10's binary version there, or write random images with"
                 " random_cifar10.py, and name the folder with --data DIR")
    data = numpy.fromfile(path, numpy.uint8)
    if data.size == 0 or data.size % RECORD != 0:
        sys.exit(f"{path}: expected records of {RECORD} bytes, found {data.size} bytes")
    return data.reshape(-1, RECORD)[:, 1:]
