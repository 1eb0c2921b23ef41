#!/usr/bin/env python3
"""Runs the test models of the onnx package with `zoo run`.

usage: onnx_models.py [--only PATTERN] [--table FILE] [--jobs N]

ZOO_BIN names the program. The models are those of onnx 1.23: node tests (`load_node_model_tests`), and the folders
`simple`, `pytorch-converted`, `pytorch-operator` and `light` of its test data. A model passes if every output has the
expected shape and values: integers and truth values are equal, floats within the test's own tolerances. zoo widens
element types (int32 to int64, float16 to float32); values are compared, not types. The `light` models have no inputs
in the package; they get normal draws, and ONNX Runtime computes what is expected.

ONNX names no generator of random numbers. So a draw need not equal that of NumPy, from which the package has its
values: every element has to be one of the values that it may have, in the right shape. `AS_ONNX_RUNTIME` names tests
whose expected values contradict the specification's text.

Known failures are the names in `onnx_failures.txt` beside this file. The run fails if another model does. With --table,
it writes that list and a table of the reasons instead.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import glob
import os
import re
import subprocess
import sys
import tempfile
import warnings

warnings.filterwarnings("ignore")

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, numpy_helper
from onnx.backend.test.loader import load_node_model_tests

FOLDER = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")
# The element types that the table of groups counts.
COUNTED_TYPES = {TensorProto.FLOAT, TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL}

# `align_corners` with a scale to a length that is no integer. The text divides by `length_resized - 1`, "the length of
# the resized tensor", as PyTorch's exporter expects and ONNX Runtime does. The package's values come from the product
# of length and scale, before it is rounded down.
AS_ONNX_RUNTIME = {
    "test_resize_downsample_scales_linear_align_corners", "test_resize_downsample_scales_cubic_align_corners"}

# The groups up to this one make up ordinary networks and their training. All of their tests pass.
LAST_CORE_GROUP = "dropout and optimisers"
# Tests with a cause that the difference does not show.
CAUSES = {
    "test_dft_inverse": "expected values have rounding errors above the tolerance",
    "test_dft_inverse_opset19": "expected values have rounding errors above the tolerance"}

Case = collections.namedtuple("Case", "set name model data_sets rtol atol")


def node_cases():
    for case in load_node_model_tests():
        kind = "node, expanded" if "_expanded" in case.name else "node"
        yield Case(kind, case.name, case.model, case.data_sets, case.rtol, case.atol)


def read(path, value_info):
    """A tensor of a file; None for a sequence, a map or an optional value."""
    if not value_info.type.HasField("tensor_type"):
        return None
    tensor = TensorProto()
    with open(path, "rb") as file:
        tensor.ParseFromString(file.read())
    return tensor


def folder_cases(kind):
    for folder in sorted(glob.glob(os.path.join(DATA, kind, "*", ""))):
        model = onnx.load(os.path.join(folder, "model.onnx"))
        given = {tensor.name for tensor in model.graph.initializer}
        inputs = [value for value in model.graph.input if value.name not in given]
        data_sets = []
        for data in sorted(glob.glob(os.path.join(folder, "test_data_set_*", ""))):
            data_sets.append((
                [read(f"{data}input_{index}.pb", value) for index, value in enumerate(inputs)],
                [read(f"{data}output_{index}.pb", value) for index, value in enumerate(model.graph.output)]))
        yield Case(kind, os.path.basename(folder[:-1]), model, data_sets, 1e-3, 1e-5)


def light_cases():
    generator = np.random.default_rng(7)
    for path in sorted(glob.glob(os.path.join(DATA, "light", "*.onnx"))):
        model = onnx.load(path)
        given = {tensor.name for tensor in model.graph.initializer}
        inputs = [value for value in model.graph.input if value.name not in given]
        arrays = [
            generator.standard_normal([d.dim_value for d in value.type.tensor_type.shape.dim], dtype=np.float32)
            for value in inputs]
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        outputs = session.run(None, {value.name: array for value, array in zip(inputs, arrays)})
        yield Case("light", os.path.basename(path)[:-5], model, [(arrays, outputs)], 1e-3, 1e-5)


def run(zoo, case, folder):
    """The reason why a model fails; empty if it passes."""
    model = os.path.join(folder, "model.onnx")
    onnx.save(case.model, model)
    graph = case.model.graph
    given = {tensor.name for tensor in graph.initializer} if case.set not in ("node", "node, expanded") else set()
    names = [value.name for value in graph.input if value.name not in given]
    for inputs, outputs in case.data_sets:
        command = [zoo, "run", model, "--output-dir", folder]
        for index, (name, value) in enumerate(tensors(names, inputs)):
            path = os.path.join(folder, f"input_{index}.pb")
            tensor = value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value))
            with open(path, "wb") as file:
                file.write(tensor.SerializeToString())
            command += ["--input", f"{name}={path}"]
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return "takes more than 300 s"
        if result.returncode != 0:
            return (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1]
        if case.name in AS_ONNX_RUNTIME:
            session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
            outputs = session.run(None, {name: np.asarray(value) for name, value in zip(names, inputs)})
        if is_draw(case):
            outputs = admitted(case, folder, inputs, outputs)
        for info, expected in zip(graph.output, outputs):
            reason = compare(info.name, expected, folder, case)
            if reason:
                return reason
    return ""


def tensors(names, inputs):
    """The inputs by name. The elements of a sequence are inputs of their own, and an empty optional value is none."""
    found = []
    for name, value in zip(names, inputs):
        if isinstance(value, list):
            found += [(f"{name}_{index}", element) for index, element in enumerate(value)]
        elif value is not None:
            found.append((name, value))
    return found


def is_draw(case):
    """Whether the test draws random numbers."""
    node = case.model.graph.node[-1]
    return case.name.startswith(("test_training_dropout", "test_bernoulli_seed")) and (
        node.op_type == "Bernoulli" or len(node.input) > 2 or "_expanded" in case.name)


def admitted(case, folder, inputs, outputs):
    """For elements that a draw may have, these; for others, what the test expects."""
    found = [array(value.name, folder) for value in case.model.graph.output]
    if any(a.shape != np.shape(b) for a, b in zip(found, outputs)):
        return outputs
    if case.name.startswith("test_bernoulli"):
        return [np.where((found[0] == 0) | (found[0] == 1), found[0], outputs[0])]
    x, ratio = inputs[0], float(inputs[1])
    if ratio == 0:
        return outputs
    is_kept = found[0] != 0
    result = [np.where(is_kept, x / (1 - ratio), 0)] + ([is_kept] if len(found) > 1 else [])
    # All or nothing is no draw: five standard deviations.
    expected, spread = (1 - ratio) * x.size, 5 * (ratio * (1 - ratio) * x.size) ** 0.5
    return result if abs(is_kept.sum() - expected) < spread else outputs


def array(name, folder):
    file = "".join(c if c.isalnum() or c in "._-" else "_" for c in name)
    return np.load(os.path.join(folder, f"{file}.npy"))


def compare(name, expected, folder, case):
    if isinstance(expected, list):
        # The elements of a sequence are outputs of their own.
        reasons = [compare(f"{name}_{index}", element, folder, case) for index, element in enumerate(expected)]
        return next(filter(None, reasons), "")
    if isinstance(expected, dict) or expected is None:
        return f"output '{name}' is a map or an empty optional value"
    if isinstance(expected, TensorProto):
        expected = numpy_helper.to_array(expected)
    expected = np.asarray(expected)
    found = array(name, folder)
    if found.shape != expected.shape:
        return f"output '{name}' has shape {found.shape}, expected {expected.shape}"
    if expected.dtype.kind in "biu":
        same = np.array_equal(found.astype(np.int64), expected.astype(np.int64))
        return "" if same else f"output '{name}' has other integers"
    close = np.allclose(
        found.astype(np.float64), expected.astype(np.float64), rtol=case.rtol, atol=case.atol, equal_nan=True)
    return "" if close else f"output '{name}' has other numbers"


def is_counted(case):
    """Whether all tensors of a node test have types that are counted."""
    values = list(case.model.graph.input) + list(case.model.graph.output)
    return all(
        value.type.HasField("tensor_type") and value.type.tensor_type.elem_type in COUNTED_TYPES for value in values)


def groups():
    """The groups of operators, in order, and the group of each operator."""
    table = {}
    with open(os.path.join(FOLDER, "onnx_groups.txt")) as file:
        for line in file:
            if not line.startswith("#"):
                name, _, operators = line.partition(":")
                table.update({operator: name for operator in operators.split()})
    return list(dict.fromkeys(table.values())), table


def narrow_types(case):
    """The float types of fewer than 32 bits of a model's inputs and outputs."""
    narrow = {
        TensorProto.FLOAT16: "float16", TensorProto.BFLOAT16: "bfloat16", TensorProto.FLOAT8E8M0: "float8e8m0"}
    values = list(case.model.graph.input) + list(case.model.graph.output)
    found = {narrow.get(value.type.tensor_type.elem_type) for value in values} - {None}
    return " or ".join(sorted(found))


def cause(case, reason):
    """A reason without names and numbers."""
    if case.name in CAUSES:
        return CAUSES[case.name]
    if "has other numbers" in reason and narrow_types(case):
        return f"results are not rounded to {narrow_types(case)}"
    missing = re.search(r"outside of the vocabulary: (\S+)", reason)
    if missing:
        return f"operator {missing.group(1)}"
    text = re.sub(r"^Error: ", "", reason)
    text = re.sub(r"'[^']*(/|model\.onnx)[^']*'(: | is no)", r"file\2", text).removeprefix("file: ")
    text = re.sub(r"graph '[^']*' is not valid: node '[^']*' \(\w+\): ", "", text)
    text = re.sub(r"(graph|node|output|input) '[^']*'", r"\1", text)
    return re.sub(r"\d[\d.e+-]*", "N", text)


def group_lines(results):
    """A row for each group of operators: the node tests whose tensors have counted types."""
    names, table = groups()
    counted = collections.defaultdict(list)
    for case, reason in results:
        if case.set == "node" and is_counted(case):
            counted[table.get(case.model.graph.node[-1].op_type, "others")].append((case, reason))
    lines = ["", "## Node tests by group", "",
             "Those whose tensors are all float32, int64, int32 or bool. `Tests/CrossChecks/onnx_groups.txt` has the",
             "operators of each group.", "", "| group | passed | of |", "|---|---:|---:|"]
    rows = []
    for name in names + ["others"]:
        rows.append((name, counted[name]))
        if name == LAST_CORE_GROUP:
            rows.append(("the groups above", [case for _, cases in rows for case in cases]))
    for name, cases in rows + [("all", [case for cases in counted.values() for case in cases])]:
        lines.append(f"| {name} | {sum(1 for _, reason in cases if not reason)} | {len(cases)} |")
    draws = sum(1 for case, _ in results if is_draw(case) and case.set == "node")
    lines += ["", f"ONNX names no generator of random numbers. So the {draws} tests of draws pass if each element is",
              "one that a draw may have, in about the right ratio.", "",
              f"{len(AS_ONNX_RUNTIME)} tests of Resize have the values of ONNX Runtime:",
              ", ".join(f"`{name}`" for name in sorted(AS_ONNX_RUNTIME)) + ".",
              "With `align_corners`, the specification's text divides by the length of the resized tensor less 1, as",
              "PyTorch and ONNX Runtime do. The package divides by that length before it is rounded down."]
    return lines


def write_table(path, results):
    lines = [
        "# Conformance", "",
        f"Written by `script/conformance`: the test models of onnx {onnx.__version__}, run with `zoo run`.",
        "Values are compared, not element types, which zoo widens.", ""]
    lines += ["| models | passed | of |", "|---|---:|---:|"]
    sets = collections.Counter(case.set for case, _ in results)
    for name, count in sets.items():
        passed = sum(1 for case, reason in results if case.set == name and not reason)
        lines.append(f"| {name} | {passed} | {count} |")
    lines += group_lines(results)
    lines += ["", "## What fails", "", "| models | cause | for example |", "|---:|---|---|"]
    causes = collections.defaultdict(list)
    for case, reason in results:
        if reason:
            causes[cause(case, reason)].append(case.name)
    for name, cases in sorted(causes.items(), key=lambda item: (-len(item[1]), item[0])):
        example = min(cases, key=len)
        room = 108 - len(example)
        text = name if len(name) <= room else name[:room - 1] + "…"
        lines.append(f"| {len(cases)} | {text.replace('|', '/')} | {example} |")
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    with open(os.path.join(FOLDER, "onnx_failures.txt"), "w") as file:
        file.writelines(f"{case.name}\n" for case, reason in results if reason)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="*")
    parser.add_argument("--table")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    cases = list(node_cases())
    for kind in ("simple", "pytorch-converted", "pytorch-operator"):
        cases += folder_cases(kind)
    cases += light_cases()
    cases = [case for case in cases if fnmatch.fnmatch(case.name, arguments.only)]

    def one(case):
        with tempfile.TemporaryDirectory() as folder:
            return case, run(os.environ["ZOO_BIN"], case, folder)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(one, cases))
    if arguments.table:
        write_table(arguments.table, results)
    with open(os.path.join(FOLDER, "onnx_failures.txt")) as file:
        known = set(file.read().split())
    wrong = [(case, reason) for case, reason in results if reason and case.name not in known]
    for case, reason in wrong:
        print(f"not ok {case.name}: {reason}")
    passed = sum(1 for _, reason in results if not reason)
    if not wrong:
        print(f"ok {passed} of {len(results)} models of onnx {onnx.__version__}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
