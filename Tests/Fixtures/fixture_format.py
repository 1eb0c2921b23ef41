"""The shared parts of the fixture scripts: inputs that Swift can recompute, and JSON with one tensor per line."""

import json
import math
from pathlib import Path

import numpy
import torch

FORMULA = (
    "element k (row-major, from 0) of a tensor with offset o: h = (k * 2654435761 + o) mod 2^32; "
    "h ^= h >> 16; h = h * 0x85ebca6b mod 2^32; h ^= h >> 13; h = h * 0xc2b2ae35 mod 2^32; h ^= h >> 16; "
    "value = low + (high - low) * (h / 2^32), each operation in float64, the result rounded to the dtype"
)


class Inputs:
    """Tensors filled by `FORMULA`, each with the next offset, and a record of each."""

    def __init__(self, dtype: torch.dtype):
        self.dtype, self.record = dtype, {}

    def make(self, name: str, shape: list[int], low: float, high: float) -> torch.Tensor:
        offset = 1_000_003 * (len(self.record) + 1)
        self.record[name] = {"shape": shape, "offset": offset, "low": low, "high": high}
        h = (numpy.arange(math.prod(shape), dtype=numpy.uint64) * 2654435761 + offset) & 0xFFFFFFFF
        for shift, factor in [(16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)]:
            h = ((h ^ (h >> numpy.uint64(shift))) * numpy.uint64(factor)) & numpy.uint64(0xFFFFFFFF)
        values = low + (high - low) * (h.astype(numpy.float64) / 2**32)
        return torch.from_numpy(values.reshape(shape)).to(self.dtype)


def numbers(tensor: torch.Tensor) -> list | float:
    """A tensor's elements in row-major order (a scalar as a number), floats as the shortest text that restores them."""
    array = tensor.numpy(force=True)
    if array.dtype == numpy.float32:
        values = [float(str(value)) for value in array.ravel()]
        assert (numpy.array(values).astype(numpy.float32) == array.ravel()).all()
    else:
        values = array.ravel().tolist()
    return values if array.ndim else values[0]


def write(path: Path, value: dict) -> None:
    """Writes objects over several lines, and each list of numbers on one."""

    def text(value: object, indent: str) -> str:
        inner = indent + " "
        if isinstance(value, dict) and any(isinstance(item, (dict, list)) for item in value.values()):
            items = [f"{inner}{json.dumps(key)}: {text(item, inner)}" for key, item in value.items()]
            return "{\n" + ",\n".join(items) + f"\n{indent}}}"
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            return "[\n" + ",\n".join(inner + text(item, inner) for item in value) + f"\n{indent}]"
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    path.write_text(text(value, "") + "\n")
