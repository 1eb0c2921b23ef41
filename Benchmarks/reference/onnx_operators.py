"""Exports PyTorch's operator database to ONNX and runs every model with `zoo run`.

usage: onnx_operators.py [--exporter torchscript|dynamo] [--samples N] [--opset N] [--only PATTERN] [--json FILE]

ZOO_BIN names the program. Each operator of `torch.testing._internal.common_methods_invocations.op_db` that takes
float32 is called with its first samples. A model whose export fails is left out. Counts what is read, what has other
numbers than PyTorch (and than ONNX Runtime, since exporters err, too), and what is refused, by cause. The dynamo
exporter needs the package onnxscript.
"""

import argparse
import collections
import contextlib
import fnmatch
import io
import json
import logging
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import numpy as np
import onnxruntime
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_flatten, tree_unflatten


class Call(torch.nn.Module):
    """One call of an operator. Tensors are inputs, everything else is fixed."""

    def __init__(self, operator, leaves, structure):
        super().__init__()
        self.operator, self.leaves, self.structure = operator, leaves, structure

    def forward(self, *tensors):
        given = iter(tensors)
        leaves = [next(given) if isinstance(leaf, torch.Tensor) else leaf for leaf in self.leaves]
        first, arguments, keywords = tree_unflatten(leaves, self.structure)
        result = self.operator(first, *arguments, **keywords)
        return [value for value in tree_flatten(result)[0] if isinstance(value, torch.Tensor)]


def exported(call, tensors, path, arguments):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        torch.onnx.export(
            call, tuple(tensors), path, opset_version=arguments.opset, dynamo=arguments.exporter == "dynamo",
            input_names=[f"x{index}" for index in range(len(tensors))])


def outcome(call, tensors, folder, arguments):
    """What became of one call: 'no export', 'read', 'other numbers', or the reason of a refusal."""
    try:
        expected = [value.detach().numpy() for value in call(*tensors)]
    except Exception:
        return "no export"
    model = os.path.join(folder, "model.onnx")
    try:
        exported(call, tensors, model, arguments)
        import onnx
        graph = onnx.load(model, load_external_data=False).graph
        names, inputs = [value.name for value in graph.output], {value.name for value in graph.input}
    except Exception:
        return "no export"
    command = [os.environ["ZOO_BIN"], "run", model, "--output-dir", folder]
    for index, tensor in enumerate(tensors):
        if f"x{index}" not in inputs:
            continue
        array = tensor.detach().numpy()
        np.save(os.path.join(folder, f"x{index}.npy"), array)
        command += ["--input", f"x{index}={folder}/x{index}.npy"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "more than 120 s"
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or ["no message"])[-1]
        reason = re.sub(r"'[^']*/[^']*': ", "", reason)
        reason = re.sub(r"(graph|node|input|output|attribute) '[^']*'", r"\1", reason)
        return re.sub(r"-?\d[\d.e+-]*", "N", reason)
    found = []
    for name in names:
        file = "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
        found.append(np.load(os.path.join(folder, f"{file}.npy")))
    if same(found, expected):
        return "read"
    # The exporter may have written another function than PyTorch computes.
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    given = {f"x{index}": tensor.detach().numpy() for index, tensor in enumerate(tensors) if f"x{index}" in inputs}
    return "as ONNX Runtime, not as PyTorch" if same(found, session.run(None, given)) else "other numbers"


def same(found, expected):
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-3, atol=1e-5, equal_nan=True) for a, b in zip(found, expected))


def outcomes(info, arguments, sender):
    results = {}
    try:
        samples = list(zip(range(arguments.samples), info.sample_inputs("cpu", torch.float32)))
    except Exception:
        samples = []
    for index, sample in samples:
        leaves, structure = tree_flatten((sample.input, sample.args, sample.kwargs))
        tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
        with tempfile.TemporaryDirectory() as folder:
            name = f"{info.name}{'_' + info.variant_test_name if info.variant_test_name else ''}/{index}"
            results[name] = outcome(Call(info.op, leaves, structure), tensors, folder, arguments)
    sender.send(results)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--exporter", default="torchscript", choices=["torchscript", "dynamo"])
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--opset", type=int, default=17)
    parser.add_argument("--only", default="*")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    chosen = [
        info for info in op_db
        if fnmatch.fnmatch(info.name, arguments.only) and torch.float32 in info.supported_dtypes("cpu")]
    results = {}
    # The exporters end the process on some operators, so each operator has a process of its own.
    for info in chosen:
        receiver, sender = multiprocessing.Pipe(False)
        process = multiprocessing.get_context("fork").Process(target=outcomes, args=(info, arguments, sender))
        process.start()
        sender.close()
        try:
            results.update(receiver.recv())
        except EOFError:
            pass
        process.join()
    counts = collections.Counter(results.values())
    models = len(results) - counts["no export"]
    print(f"{models} models of PyTorch {torch.__version__}: {counts['read']} read, "
          f"{counts['other numbers']} other numbers")
    for reason, count in counts.most_common():
        if reason not in ("read", "no export"):
            example = next(name for name, found in results.items() if found == reason)
            print(f"{count:5} {reason}  ({example})")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
