#!/usr/bin/env python3
"""Times reading a large ONNX model: ONNXImporter and `zoo import`, beside onnx.load and a session of ONNX Runtime.

The programs alternate, round by round, each in a process of its own. Prints a Markdown table for each kind of file: the
least seconds over the rounds without the start of the process, and the peak memory of the process in MiB. `zoo import`
writes the weights to a new store; its seconds are those of the process.

    ZOO_PYTHON Benchmarks/onnx_import.py [--megabytes 1024] [--rounds 3] [--release .build/release] [--folder DIR]
                                         [--commit Docs/data/onnx-import.md]
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from alternating import child, machine, markdown, publish

WIDTH = 2048
LOAD = """
import json, sys, time, onnx
start = time.perf_counter()
model = onnx.load(sys.argv[1])
print(json.dumps({"seconds": time.perf_counter() - start}))
"""
SESSION = """
import json, sys, time, onnxruntime
start = time.perf_counter()
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(json.dumps({"seconds": time.perf_counter() - start}))
"""


def files(folder: Path) -> dict[str, Path]:
    return {name: folder / f"{name.replace(' ', '-')}.onnx" for name in ("raw data", "external data", "float16")}


def write(folder: Path, megabytes: int) -> None:
    """A chain of matrix products, with its weights in the file, in another file, and as float16."""
    count = max(1, megabytes * 2**20 // (4 * WIDTH * WIDTH))
    random = numpy.random.default_rng(1)
    weights = [random.standard_normal((WIDTH, WIDTH), numpy.float32) for _ in range(count)]

    def model(arrays, element: int):
        names = ["x", *(f"h{index}" for index in range(1, count)), "y"]
        nodes = [helper.make_node("MatMul", [names[index], f"layer{index}.weight"], [names[index + 1]])
                 for index in range(count)]
        values = [helper.make_tensor_value_info(name, element, ["batch", WIDTH]) for name in ("x", "y")]
        tensors = [numpy_helper.from_array(array, f"layer{index}.weight") for index, array in enumerate(arrays)]
        graph = helper.make_graph(nodes, "main", values[:1], values[1:], tensors)
        return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 21)])

    paths = files(folder)
    onnx.save(model(weights, TensorProto.FLOAT), paths["raw data"])
    onnx.save(model(weights, TensorProto.FLOAT), paths["external data"], save_as_external_data=True,
              location="external-data.bin")
    onnx.save(model([array.astype(numpy.float16) for array in weights], TensorProto.FLOAT16), paths["float16"])


def imported(command: list, store: Path) -> tuple[float, float]:
    store.unlink(missing_ok=True)
    start = time.perf_counter()
    peak = child(command)[1]
    seconds = time.perf_counter() - start
    store.unlink()
    return seconds, peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--release", type=Path, default=Path(".build/release"))
    parser.add_argument("--folder", type=Path, help="the folder for the files, 5 times as large as the model")
    parser.add_argument("--commit", type=Path)
    options = parser.parse_args()
    release = options.release.resolve()
    commit = options.commit and options.commit.resolve()

    sections = [f"# Reading ONNX models of {options.megabytes} MiB\n",
                f"{machine()}, {date.today()}; onnx {onnx.__version__}, ONNX Runtime {onnxruntime.__version__}.",
                f"The least of {options.rounds} alternating rounds, files in the page cache."]
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        # A process of its own: a child's peak memory begins with that of the process that starts it.
        writer = multiprocessing.get_context("spawn").Process(target=write, args=(folder, options.megabytes))
        writer.start()
        writer.join()
        for kind, file in files(folder).items():
            store = folder / "store.sqlite"
            results: dict[str, list[tuple[float, float]]] = {}
            for index in range(options.rounds):
                for reader, command in {
                    "`ONNXImporter.read`": [release / "ImportCost", file],
                    "`onnx.load`": [sys.executable, "-c", LOAD, file],
                    "session of ONNX Runtime": [sys.executable, "-c", SESSION, file],
                }.items():
                    text, peak, _ = child(command)
                    results.setdefault(reader, []).append((json.loads(text)["seconds"], peak))
                results.setdefault("`zoo import`", []).append(
                    imported([release / "zoo", "import", file, "--store", store, "--json"], store))
                print(f"{kind}, round {index + 1}/{options.rounds}", file=sys.stderr)
            size = sum(part.stat().st_size for part in {file, folder / "external-data.bin"}
                       if part == file or kind == "external data") / 2**20
            rows = [[reader, f"{min(run[0] for run in runs):.2f}", f"{min(run[1] for run in runs):.0f}",
                     f"{min(run[1] for run in runs) / size:.2f}"] for reader, runs in results.items()]
            sections.append(f"\n## {kind}, {size:.0f} MiB\n")
            sections.append(markdown(["reader", "seconds", "peak in MiB", "peak / size"], rows))
    publish("\n".join(sections), commit)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()
