#!/usr/bin/env python3
"""Writes small valid inputs for each target of the fuzzer, from which it starts.

    ZOO_PYTHON Fuzz/seeds.py FOLDER
"""

import io
import json
import struct
import sys
from pathlib import Path

import numpy
import onnx
import onnx.parser
import onnx.printer
import onnx.shape_inference
from onnx.backend.test.loader import load_node_model_tests

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 4096


def tensors() -> dict[str, onnx.TensorProto]:
    """Tensors of all element types in raw_data of several lengths and in typed fields."""
    found = {}
    for name, type in onnx.TensorProto.DataType.items():
        tensor = onnx.TensorProto(name="w", dims=[2, 3], data_type=type)
        for size in (1, 2, 4, 8):
            found[f"{name}-{6 * size}"] = onnx.TensorProto(raw_data=b"\0" * 6 * size)
            found[f"{name}-{6 * size}"].MergeFrom(tensor)
        for field in ("float_data", "int32_data", "int64_data", "double_data", "uint64_data"):
            found[f"{name}-{field}"] = onnx.TensorProto(**{field: [1, 0, 1, 0, 1, 0]})
            found[f"{name}-{field}"].MergeFrom(tensor)
    return found


def models() -> dict[str, bytes]:
    """The test models of the onnx package, and models with all encodings of tensors."""
    found = {}
    for case in load_node_model_tests():
        content = case.model.SerializeToString()
        if len(content) <= LARGEST:
            found[case.name] = content
    for name, tensor in tensors().items():
        values = [onnx.helper.make_tensor_value_info(value, 1, [2, 3]) for value in ("x", "y")]
        node = onnx.helper.make_node("Add", ["x", "w"], ["y"])
        graph = onnx.helper.make_graph([node], "main", values[:1], values[1:], [tensor])
        found[name] = onnx.helper.make_model(graph, ir_version=10).SerializeToString()
    return found


def texts() -> dict[str, bytes]:
    """The models that onnx's own printer and parser agree on, as text."""
    found = {}
    for name, content in models().items():
        try:
            text = onnx.printer.to_text(onnx.load_model_from_string(content))
            onnx.parser.parse_model(text)
            found[name] = text.encode()
        except (onnx.parser.ParseError, onnx.shape_inference.InferenceError, ValueError):
            continue
    return found


def arrays() -> dict[str, numpy.ndarray]:
    types = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "f2", "f4", "f8"]
    return {name: numpy.arange(6).reshape(2, 3).astype(name) for name in types}


def npy(array: numpy.ndarray) -> bytes:
    file = io.BytesIO()
    numpy.save(file, array)
    return file.getvalue()


def npz(save, **content) -> bytes:
    file = io.BytesIO()
    save(file, **content)
    return file.getvalue()


def safetensors(tensors: dict[str, tuple[str, bytes, list[int]]], metadata: dict[str, str]) -> bytes:
    header, data = ({"__metadata__": metadata} if metadata else {}), b""
    for name, (dtype, content, shape) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def seeds() -> dict[str, dict[str, bytes]]:
    sizes = {"BOOL": 1, "I8": 1, "I16": 2, "I32": 4, "I64": 8, "U8": 1, "U16": 2, "U32": 4, "F16": 2, "BF16": 2,
             "F32": 4, "F64": 8}
    entries = {name: (name, bytes(6 * size), [2, 3]) for name, size in sizes.items()}
    all_arrays = {name.replace("?", "bool"): array for name, array in arrays().items()}
    return {
        "importer": models(),
        "tensor": {name: tensor.SerializeToString() for name, tensor in tensors().items()},
        "text": {file.name: file.read_bytes() for file in (ROOT / "Fuzz/Seeds").glob("*.graph")},
        "onnxtxt": texts(),
        "safetensors": {"all": safetensors(entries, {"a": "b"}), "empty": safetensors({}, {}),
                        **{name: safetensors({name: tensor}, {}) for name, tensor in entries.items()}},
        "npz": {"stored": npz(numpy.savez, **all_arrays), "deflated": npz(numpy.savez_compressed, **all_arrays),
                "one": npz(numpy.savez, x=numpy.ones(2, numpy.float32)),
                "smaller": npz(numpy.savez_compressed, x=numpy.zeros(999, numpy.float32))},
        "npy": {**{name: npy(array) for name, array in all_arrays.items()},
                "columns": npy(numpy.asfortranarray(numpy.ones((2, 3, 4), numpy.float32))),
                "scalar": npy(numpy.float32(1)), "empty": npy(numpy.ones((0, 3)))},
        "recipe": {file.name: file.read_bytes() for file in (ROOT / "Models").glob("*.yaml")},
    }


if __name__ == "__main__":
    # The models of the onnx package compute their examples with infinities.
    numpy.seterr(all="ignore")
    for target, files in seeds().items():
        folder = Path(sys.argv[1]) / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
