"""Writes datasets.json: statistics of Fashion-MNIST, pixel scaling and shuffling, computed without zoo's code.

Needs NumPy (generated with 2.4.6, Python 3.11) and Debian's dataset-fashion-mnist 0.0~git20200523.55506a9-1.
Run: python make_datasets.py
"""

import gzip
import json
import pathlib
import zlib

import numpy as np

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")
MASK = (1 << 64) - 1


def idx(name, header):
    with gzip.open(FOLDER / f"{name}.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def split(prefix):
    images = idx(f"{prefix}-images-idx3-ubyte", 16)
    labels = idx(f"{prefix}-labels-idx1-ubyte", 8)
    return {
        "count": len(labels),
        "crc32": zlib.crc32(labels, zlib.crc32(images)),
        "mean": float((images / 255).mean()),
        "std": float((images / 255).std()),
        "labelCounts": np.bincount(labels, minlength=10).tolist(),
    }


def scaled():
    """torchvision's ToTensor, then Normalize([0.5], [0.5]): three float32 operations."""
    half = np.float32(0.5)
    values = (np.arange(256, dtype=np.float32) / np.float32(255) - half) / half
    return values.view(np.uint32).tolist()


def mix(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def permutation(count, key, epoch):
    """Fisher-Yates from SplitMix64 with Lemire's unbiased bounded draws, in unbounded integers."""
    gamma = 0x9E3779B97F4A7C15
    counter = mix((mix((key + gamma) & MASK) + epoch * gamma) & MASK)
    order = list(range(count))
    for bound in range(count, 1, -1):
        while True:
            counter = (counter + gamma) & MASK
            product = mix(counter) * bound
            if product & MASK >= (1 << 64) % bound:
                break
        other = product >> 64
        order[bound - 1], order[other] = order[other], order[bound - 1]
    return order


facts = {
    "train": split("train"),
    "test": split("t10k"),
    "scaledBits": scaled(),
    "permutations": [
        {"count": count, "key": key, "epoch": epoch, "order": permutation(count, key, epoch)}
        for count, key, epoch in [(1, 0, 0), (2, 1, 0), (10, 7, 0), (10, 7, 1), (100, MASK, 3), (1000, 1 << 63, 12345)]
    ],
}
pathlib.Path(__file__).with_name("datasets.json").write_text(json.dumps(facts, separators=(",", ":")) + "\n")
