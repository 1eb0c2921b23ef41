"""Exports PyTorch's operator database to ONNX, runs every model with `zoo run`, and compares derivatives.

usage: onnx_operators.py [--exporter torchscript|dynamo] [--opsets N ...] [--samples N] [--every N] [--only PATTERN]
                         [--derivatives PROGRAM] [--json FILE]

ZOO_BIN names the program. Each operator of `torch.testing._internal.common_methods_invocations.op_db` that takes
float32 is called with its first samples; --every N takes each N-th operator. A model whose export fails is left out.
Counts what is read, what has other numbers than PyTorch, and what is refused, by cause. Exporters err, too: where
ONNX Runtime has zoo's numbers, or refuses the model as well, the count says so. The operator database needs the package
expecttest, and the dynamo exporter onnxscript.

--derivatives names the program ModelDerivatives (Benchmarks/ModelDerivatives). For operators that PyTorch
differentiates, it compares the gradient of a weighted sum of all outputs by each float input, and the gradient of that
gradient's squared norm.
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
import tempfile
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

import numpy as np
import onnx
import onnxruntime
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_flatten, tree_unflatten

onnxruntime.set_default_logger_severity(4)


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


def export(call, tensors, path, opset, dynamo):
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        torch.onnx.export(
            call, tuple(tensors), path, opset_version=opset, dynamo=dynamo,
            input_names=[f"x{index}" for index in range(len(tensors))])


def outcomes(call, tensors, opset, arguments):
    """What became of one call, and of its derivatives: 'no export', 'read', 'other numbers', or a reason."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            expected = [
                (torch.view_as_real(value) if value.is_complex() else value).detach().resolve_conj().numpy()
                for value in call(*tensors)]
            model = os.path.join(folder, "model.onnx")
            export(call, tensors, model, opset, arguments.exporter == "dynamo")
            graph = onnx.load(model, load_external_data=False).graph
        except Exception:
            return "no export", None
        inputs = {value.name for value in graph.input}
        given = {
            f"x{index}": tensor.detach().numpy() for index, tensor in enumerate(tensors) if f"x{index}" in inputs}
        result = run(model, given, [value.name for value in graph.output], expected, folder)
        if result != "read" or not arguments.derivatives:
            return result, None
        return result, differentiated(call, tensors, model, given, folder, arguments.derivatives)


def run(model, given, names, expected, folder):
    command = [os.environ["ZOO_BIN"], "run", model, "--output-dir", folder]
    for name, array in given.items():
        np.save(os.path.join(folder, f"{name}.npy"), array)
        command += ["--input", f"{name}={folder}/{name}.npy"]
    failure = failed(command)
    if failure:
        return failure + ("" if outputs(model, given) else " [as ONNX Runtime]")
    found = []
    for name in names:
        file = "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
        found.append(np.load(os.path.join(folder, f"{file}.npy")))
    if same(found, expected):
        return "read"
    # The exporter may have written another function than PyTorch computes.
    other = outputs(model, given)
    return "other numbers than PyTorch [as ONNX Runtime]" if other and same(found, other) else "other numbers"


def failed(command):
    """The message of a program that fails, without names and numbers; empty if it succeeds."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "more than 120 s"
    if result.returncode == 0:
        return ""
    reason = (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1]
    reason = re.sub(r"'[^']*/[^']*': ", "", reason)
    reason = re.sub(r"(graph|node|input|output|attribute) '[^']*'", r"\1", reason)
    return re.sub(r"-?\d[\d.e+-]*", "N", reason)


def outputs(model, given):
    """The results of ONNX Runtime; None if it refuses the model."""
    try:
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        return session.run(None, given)
    except Exception:
        return None


def same(found, expected):
    return all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-3, atol=1e-5, equal_nan=True)
        for a, b in zip(found, expected))


def differentiated(call, tensors, model, given, folder, program):
    """What became of the first and second derivatives; None if PyTorch has none."""
    leaves = [tensor.detach().clone().requires_grad_(tensor.is_floating_point()) for tensor in tensors]
    inputs = {f"x{index}": leaf for index, leaf in enumerate(leaves) if leaf.requires_grad and f"x{index}" in given}
    try:
        results = [value for value in call(*leaves) if value.is_floating_point() and value.requires_grad]
        total = sum((value * weights(value)).sum() for value in results)
        first = gradients(total, inputs, create_graph=True)
    except Exception:
        return None
    if not inputs or not results:
        return None
    try:
        squares = sum((gradient * gradient).sum() for gradient in first.values() if gradient.requires_grad)
        second = gradients(squares, inputs) if isinstance(squares, torch.Tensor) else {}
    except Exception:
        second = None
    source, target = os.path.join(folder, "inputs.npz"), os.path.join(folder, "results.npz")
    np.savez(source, **given)
    failure = failed([program, model, source, target])
    if failure:
        return failure
    found = np.load(target)
    for order, expected in (("first", first), ("second", second)):
        for name, gradient in (expected or {}).items():
            value = found.get(f"{order}/{name}", np.zeros(gradient.shape, np.float32))
            # PyTorch has tensors of zeros that have no memory.
            if not near(value, gradient.detach().numpy(force=True)):
                return f"{order} derivative has other numbers"
    return "both derivatives" if second is not None else "first derivative; PyTorch has no second"


def weights(value):
    return torch.cos(torch.arange(value.numel(), dtype=value.dtype)).reshape(value.shape)


def gradients(total, inputs, **options):
    found = torch.autograd.grad(total, list(inputs.values()), allow_unused=True, **options)
    return {
        name: torch.zeros_like(leaf) if gradient is None else gradient
        for (name, leaf), gradient in zip(inputs.items(), found)}


def near(found, expected):
    """Whether derivatives agree, relative to the largest one."""
    finite = expected[np.isfinite(expected)]
    scale = max(np.abs(finite).max(initial=0), 1e-3)
    return found.shape == expected.shape and np.allclose(
        found, expected, rtol=2e-3, atol=1e-3 * scale, equal_nan=True)


def samples(info, arguments, sender):
    """Sends the outcomes of an operator's samples by opset and name."""
    # PyTorch prints the graphs that it can't export.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    results = []
    try:
        cases = list(zip(range(arguments.samples), info.sample_inputs("cpu", torch.float32)))
    except Exception:
        cases = []
    for index, sample in cases:
        leaves, structure = tree_flatten((sample.input, sample.args, sample.kwargs))
        tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
        name = f"{info.name}{'_' + info.variant_test_name if info.variant_test_name else ''}/{index}"
        for opset in arguments.opsets:
            results.append((opset, name, *outcomes(Call(info.op, leaves, structure), tensors, opset, arguments)))
    sender.send(results)


def report(title, results):
    """Prints counts of outcomes, with an example for each."""
    counts = collections.Counter(outcome for _, outcome in results)
    print(title)
    for outcome, count in counts.most_common():
        example = next(name for name, found in results if found == outcome)
        print(f"{count:5} {outcome}" + ("" if outcome == "read" else f"  ({example})"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--exporter", default="torchscript", choices=["torchscript", "dynamo"])
    parser.add_argument("--opsets", type=int, nargs="+", default=[17])
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", default="*")
    parser.add_argument("--derivatives")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    chosen = [
        info for info in op_db
        if fnmatch.fnmatch(info.name, arguments.only) and torch.float32 in info.supported_dtypes("cpu")]
    results = []
    # The exporters end the process on some operators, so each operator has a process of its own.
    for info in chosen[::arguments.every]:
        receiver, sender = multiprocessing.Pipe(False)
        process = multiprocessing.get_context("fork").Process(target=samples, args=(info, arguments, sender))
        process.start()
        sender.close()
        try:
            results += receiver.recv()
        except EOFError:
            pass
        process.join()
    for opset in arguments.opsets:
        models = [(name, found) for number, name, found, _ in results if number == opset and found != "no export"]
        report(f"\n{len(models)} models of PyTorch {torch.__version__}, {arguments.exporter}, opset {opset}", models)
        found = [(name, value) for number, name, _, value in results if number == opset and value]
        if arguments.derivatives:
            report(f"derivatives of {len(found)} models", found)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
