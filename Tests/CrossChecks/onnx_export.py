#!/usr/bin/env python3
"""Checks exported models with onnx and ONNX Runtime (written against onnx 1.23 and onnxruntime 1.32).

    onnx_export.py FOLDER

FOLDER has the layout of ONNX's backend tests: NAME/model.onnx and, for each call, NAME/test_data_set_N/input_K.pb and
output_K.pb. Every model must pass onnx.checker with full_check and strict shape inference, and its outputs in ONNX
Runtime must equal the given ones within 1e-5, relative and absolute. If ONNX Runtime lacks a kernel, onnx's reference
evaluator replaces it, and the line says so. Random operators are compared by shape and type. Prints `ok …` and
`not ok …` lines; exits with 1 after a `not ok`.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnx.reference
import onnxruntime

IR_VERSION = 10
OPSET = 21
TOLERANCE = 1e-5
RANDOM = {"RandomNormal", "RandomUniform", "Bernoulli", "Dropout", "Multinomial"}


def tensors(folder, kind):
    paths = sorted(folder.glob(f"{kind}_*.pb"), key=lambda path: int(path.stem.split("_")[1]))
    return [onnx.numpy_helper.to_array(onnx.load_tensor(path)) for path in paths]


def compare(expected, found, by_value):
    assert len(expected) == len(found), f"{len(expected)} outputs expected, {len(found)} found"
    for index, (ours, theirs) in enumerate(zip(expected, found)):
        theirs = np.asarray(theirs)
        assert ours.dtype == theirs.dtype, f"output {index}: {ours.dtype} expected, {theirs.dtype} found"
        assert ours.shape == theirs.shape, f"output {index}: {ours.shape} expected, {theirs.shape} found"
        if by_value:
            np.testing.assert_allclose(theirs, ours, rtol=TOLERANCE, atol=TOLERANCE, err_msg=f"output {index}")


def evaluator(path, model):
    """The evaluator of the model, and its function."""
    names = [output.name for output in model.graph.output]
    try:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return "ONNX Runtime", lambda feed: session.run(names, feed)
    except onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented:
        reference = onnx.reference.ReferenceEvaluator(model)
        return "onnx's reference evaluator", lambda feed: reference.run(names, feed)


def check(folder):
    """The evaluator of the model in `folder`, and the number of calls."""
    path = folder / "model.onnx"
    model = onnx.load(path)
    assert model.ir_version == IR_VERSION, f"IR version {model.ir_version}"
    opsets = [(opset.domain, opset.version) for opset in model.opset_import]
    assert opsets == [("", OPSET)], f"operator sets {opsets}"
    onnx.checker.check_model(path, full_check=True)
    onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)

    by_value = not any(node.op_type in RANDOM for node in model.graph.node)
    calls = sorted(folder.glob("test_data_set_*"))
    assert calls, "no test data"
    name, run = evaluator(path, model)
    for call in calls:
        feed = dict(zip([value.name for value in model.graph.input], tensors(call, "input")))
        try:
            found = run(feed)
        except onnxruntime.capi.onnxruntime_pybind11_state.RuntimeException as error:
            if "not supported" not in str(error):
                raise
            name = "onnx's reference evaluator"
            found = onnx.reference.ReferenceEvaluator(model).run(None, feed)
        compare(tensors(call, "output"), found, by_value)
    return name, len(calls)


def main():
    folders = sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/model.onnx"))
    failures = 0
    for folder in folders:
        try:
            name, calls = check(folder)
            print(f"ok {folder.name}: {calls} calls in {name}")
        except Exception as error:  # Any exception of a library is a failure of this model, not of the script.
            failures += 1
            print(f"not ok {folder.name}: {type(error).__name__}: {error}")
    if not folders:
        print(f"not ok: no models in {sys.argv[1]}")
    print(f"# {len(folders) - failures} passed, {failures} failed")
    return 1 if failures or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
