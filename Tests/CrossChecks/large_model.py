"""Imports, exports and imports again a model of more than 2 GiB. script/check-large runs it.

usage: large_model.py MEGABYTES

ZOO_BIN names the program. The model is a chain of matrix products whose weights are in another file. What zoo exports
must have the bits of these weights at offsets that are multiples of 4 KiB, pass `onnx.checker`, and compute in ONNX
Runtime what the model computes there. A second import and export must give the same bytes.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

WIDTH, ALIGNMENT = 4096, 4096


def write(file, count):
    """The model, written matrix by matrix; returns its weights, which stay in the file."""
    data = file.with_suffix(".bin")
    random = np.random.default_rng(1)
    names = ["x", *(f"h{index}" for index in range(1, count)), "y"]
    tensors = []
    with open(data, "wb") as target:
        for index in range(count):
            tensor = TensorProto(name=f"layer{index}.weight", data_type=TensorProto.FLOAT, dims=[WIDTH, WIDTH])
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in (("location", data.name), ("offset", target.tell()), ("length", 4 * WIDTH * WIDTH)):
                tensor.external_data.add(key=key, value=str(value))
            tensors.append(tensor)
            (random.standard_normal((WIDTH, WIDTH), np.float32) / WIDTH ** 0.5).tofile(target)
    nodes = [helper.make_node("MatMul", [names[index], f"layer{index}.weight"], [names[index + 1]])
             for index in range(count)]
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", WIDTH]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "main", values[:1], values[1:], tensors)
    onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21)]), file)


def zoo(folder, *arguments):
    """Runs the program, and prints its seconds and its peak memory."""
    start = time.monotonic()
    process = subprocess.Popen([os.environ["ZOO_BIN"], *map(str, arguments)], cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    print(f"   zoo {' '.join(map(str, arguments))}: {time.monotonic() - start:.1f} s, "
          f"peak {usage.ru_maxrss / 1024:.0f} MiB", flush=True)
    assert process.returncode == 0, f"exit code {process.returncode}"


def places(file):
    """The offset and the length of each tensor in the model's other file."""
    found = {}
    for tensor in onnx.load(file, load_external_data=False).graph.initializer:
        entries = {entry.key: entry.value for entry in tensor.external_data}
        assert entries["location"] == f"{file.name}.data", entries
        found[tensor.name] = (int(entries["offset"]), int(entries["length"]))
    return found


def equal(first, first_offset, second, second_offset, length):
    with open(first, "rb") as one, open(second, "rb") as other:
        one.seek(first_offset)
        other.seek(second_offset)
        return all(one.read(size) == other.read(size)
                   for size in (min(1 << 24, length - start) for start in range(0, length, 1 << 24)))


def outputs(file):
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    x = np.random.default_rng(2).standard_normal((2, WIDTH), np.float32)
    return session.run(None, {"x": x})[0]


def check(name, condition):
    print(f"{'ok' if condition else 'not ok'} {name}", flush=True)
    return bool(condition)


def main():
    count = -(-int(sys.argv[1]) * 2 ** 20 // (4 * WIDTH * WIDTH))
    size = 4 * WIDTH * WIDTH
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, exported, again = folder / "model.onnx", folder / "exported.onnx", folder / "again.onnx"
        write(source, count)
        expected = outputs(source)
        zoo(folder, "import", "model.onnx", "--store", "store.sqlite")
        zoo(folder, "export", "model", "-o", "exported.onnx", "--store", "store.sqlite")
        found = places(exported)
        results = [
            check("every tensor is in the second file", len(found) == count),
            check("offsets are multiples of 4 KiB", all(offset % ALIGNMENT == 0 for offset, _ in found.values())),
            check("the bits of the weights are the same", all(
                found[f"layer{index}.weight"][1] == size and equal(
                    folder / "model.bin", index * size, f"{exported}.data", found[f"layer{index}.weight"][0], size)
                for index in range(count))),
            check("the second file has one name", os.stat(f"{exported}.data").st_nlink == 1)]
        os.remove(folder / "model.bin")
        onnx.checker.check_model(str(exported), full_check=True)
        results.append(check("ONNX Runtime computes the same", np.array_equal(outputs(exported), expected)))
        # The store has the tensors already.
        zoo(folder, "import", "exported.onnx", "--name", "second", "--store", "store.sqlite")
        os.remove(f"{exported}.data")
        zoo(folder, "export", "second", "-o", "again.onnx", "--store", "store.sqlite")
        results.append(check("a second export has the same tensors", places(again) == found))
        zoo(folder, "import", "again.onnx", "--name", "third", "--store", "store.sqlite")
        zoo(folder, "verify", "--store", "store.sqlite")
        results.append(check("the store keeps each tensor once",
                             os.stat(folder / "store.sqlite").st_size < 1.1 * count * size))
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
