#!/usr/bin/env python3
"""Writes files of tensors with NumPy and safetensors, and reads those that zoo wrote.

    tensor_files.py write FOLDER   numpy.npz, compressed.npz, python.safetensors
    tensor_files.py read FOLDER    zoo.npz and zoo.safetensors; prints `ok NAME` for each correct tensor
"""

import sys
from pathlib import Path

import numpy
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

step, folder = sys.argv[1], Path(sys.argv[2])


def ramp(dtype: str, *shape: int) -> numpy.ndarray:
    """Element k is (k - 2) / 4 for floats, k - 2 for signed integers, k for unsigned ones, and k % 2 for bool."""
    k = numpy.arange(int(numpy.prod(shape))).reshape(shape)
    match numpy.dtype(dtype).kind:
        case "f":
            return numpy.asarray((k - 2) / 4, dtype)
        case "i":
            return numpy.asarray(k - 2, dtype)
        case "u":
            return numpy.asarray(k, dtype)
        case _:
            return numpy.asarray(k % 2 == 1)


shapes = {"scalar": (), "vector": (5,), "matrix": (3, 2), "empty": (2, 0, 3), "cube": (2, 3, 4)}
own = ["float32", "float64", "int64", "bool"]
others = ["float16", "int8", "int16", "int32", "uint8", "uint16", "uint32"]

if step == "write":
    tensors = {f"{dtype}/{name}": ramp(dtype, *shape) for dtype in own + others for name, shape in shapes.items()}
    special = numpy.array([0.0, -0.0, 1, -2, 65504, 6e-8, -6e-5, numpy.inf, -numpy.inf, numpy.nan], numpy.float16)
    tensors["größe 'x'\""] = special
    save_file(tensors, folder / "python.safetensors", metadata={"made by": "safetensors"})
    tensors["transposed"] = numpy.asfortranarray(ramp("float32", 3, 2, 4))
    numpy.savez(folder / "numpy.npz", **tensors)
    numpy.savez_compressed(folder / "compressed.npz", **tensors)
else:
    with safe_open(folder / "zoo.safetensors", framework="numpy") as file:
        assert file.metadata() == {"größe": "\"1\"\n"}, file.metadata()
    for found in [load_file(folder / "zoo.safetensors"), dict(numpy.load(folder / "zoo.npz", allow_pickle=False))]:
        assert len(found) == len(own) * len(shapes) + 1, sorted(found)
        assert found["größe 'x'\""].tolist() == [1.5]
        for dtype in own:
            for name, shape in shapes.items():
                tensor = found[f"{dtype}/{name}"]
                assert tensor.dtype == dtype and tensor.shape == shape, (dtype, name, tensor)
                assert (tensor == ramp(dtype, *shape)).all(), (dtype, name, tensor)
                print("ok", dtype, name)
