#!/usr/bin/env python3
"""Writes random images in the binary format of CIFAR-10's training files, for benchmarks without the data set.

    random_cifar10.py FOLDER

The files are the same each time. The time of a training step does not depend on the images. zoo reads the files with
`--data FOLDER`: it checks their size and their labels, but has no digest of the original files.
"""

import argparse
from pathlib import Path
from random import Random

FILES, IMAGES, CLASSES, PIXELS = 5, 10_000, 10, 3 * 32 * 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder to write to; created if missing")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(7)
    for number in range(1, FILES + 1):
        records = bytearray(random.randbytes(IMAGES * (1 + PIXELS)))
        # The first byte of each record is its label.
        records[:: 1 + PIXELS] = bytes(image % CLASSES for image in range(IMAGES))
        (folder / f"data_batch_{number}.bin").write_bytes(records)


if __name__ == "__main__":
    main()
