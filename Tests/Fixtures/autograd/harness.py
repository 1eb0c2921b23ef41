"""The shared parts of this folder's scripts: operators with gradients of order 1 and 2, by PyTorch in float64.

Each script writes the JSON file of its own name. Run by hand, where these versions are installed; the tests read only
the JSON. Operators, attributes and the order of inputs are those of ONNX opset 21; each forward result is checked
against onnx's reference evaluator before it is written. A case holds

    inputs, outputs   tensors {dtype, shape, values}, row-major; null stands for a missing input
    w                 the weights of the scalar L = sum(outputs[0] * w)
    gradients         dL/dinput, one per input; null if the input is an integer, a bool, missing or has no gradient
    v                 the weights of the scalar M = the sum over all inputs of sum(dL/dinput * v)
    second, second_w  dM/dinput, one per input, and dM/dw

Cases whose name ends in `ties` or `at zero` have PyTorch's value at a point at which the function has no derivative.
"""

import platform
import sys
from collections.abc import Callable
from pathlib import Path

import numpy
import onnx
import torch
from onnx.reference import ReferenceEvaluator
from torch.nn import functional as F

sys.path.append(str(Path(__file__).parent.parent))
from fixture_format import numbers, write

OPSET = 21
ONNX_TYPES = {torch.float64: ("double", onnx.TensorProto.DOUBLE), torch.int64: ("int64", onnx.TensorProto.INT64),
              torch.bool: ("bool", onnx.TensorProto.BOOL)}
# Each family has its own random draws: a new case in one file changes no other.
random = numpy.random.default_rng([170400028, *Path(sys.argv[0]).stem.encode()])


def real(*shape: int, low: float = -2, high: float = 2) -> torch.Tensor:
    return torch.tensor(random.uniform(low, high, shape).round(3), dtype=torch.float64)


def positive(*shape: int) -> torch.Tensor:
    return real(*shape, low=0.2, high=3)


def exact(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def integers(*values: int) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.int64)


def tensor_record(tensor: torch.Tensor | None) -> dict | None:
    if tensor is None:
        return None
    values = numbers(tensor)
    return {"dtype": ONNX_TYPES[tensor.dtype][0], "shape": list(tensor.shape),
            "values": values if tensor.ndim else [values]}


def check_forward(op: str, attributes: dict, inputs: list, outputs: list) -> None:
    """Asserts that the operator, as defined by ONNX, has the same outputs."""
    names = ["" if tensor is None else f"x{index}" for index, tensor in enumerate(inputs)]
    results = [f"y{index}" for index in range(len(outputs))]
    make = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node(op, names, results, **attributes)], op,
        [make(n, ONNX_TYPES[t.dtype][1], list(t.shape)) for n, t in zip(names, inputs) if t is not None],
        [make(n, ONNX_TYPES[t.dtype][1], list(t.shape)) for n, t in zip(results, outputs)])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", OPSET)])
    onnx.checker.check_model(model, full_check=True)
    feeds = {n: t.detach().numpy() for n, t in zip(names, inputs) if t is not None}
    for ours, theirs in zip(outputs, ReferenceEvaluator(model).run(None, feeds)):
        assert list(ours.shape) == list(theirs.shape), (op, attributes, ours.shape, theirs.shape)
        numpy.testing.assert_allclose(ours.detach().numpy(), theirs, rtol=1e-6, atol=1e-7, err_msg=op)


def case(name: str, op: str, attributes: dict, inputs: list, function: Callable, checked: bool = True) -> dict:
    """`function` takes the inputs and returns the output, or a tuple of outputs, the first of which is differentiated.

    `checked` is false if the reference evaluator lacks the operator or is wrong."""
    differentiable = [t is not None and t.dtype == torch.float64 for t in inputs]
    inputs = [t.clone().requires_grad_(True) if d else t for t, d in zip(inputs, differentiable)]
    result = function(*inputs)
    outputs = list(result) if isinstance(result, tuple) else [result]
    if checked:
        check_forward(op, attributes, inputs, outputs)

    leaves = [t for t, d in zip(inputs, differentiable) if d]
    w = real(*outputs[0].shape).requires_grad_(True)
    first = torch.autograd.grad((outputs[0] * w).sum(), leaves, create_graph=True, allow_unused=True)
    v = [None if gradient is None else real(*leaf.shape) for leaf, gradient in zip(leaves, first)]
    total = sum((gradient * weights).sum() for gradient, weights in zip(first, v) if gradient is not None)
    if total.requires_grad:
        *second, second_w = torch.autograd.grad(total, [*leaves, w], allow_unused=True, materialize_grads=True)
    else:
        second, second_w = [torch.zeros_like(leaf) for leaf in leaves], torch.zeros_like(w)

    def per_input(tensors: list) -> list:
        remaining = iter(zip(first, tensors))
        pairs = [next(remaining) if d else (None, None) for d in differentiable]
        return [None if gradient is None else tensor_record(tensor) for gradient, tensor in pairs]

    return {
        "name": name, "op": op, "attributes": attributes,
        "inputs": [tensor_record(t) for t in inputs], "outputs": [tensor_record(t) for t in outputs],
        "w": tensor_record(w), "gradients": per_input(first), "v": per_input(v),
        "second": per_input(second), "second_w": tensor_record(second_w),
    }


def write_cases(cases: list[dict]) -> None:
    """Writes the cases to the folder of the running script, under its name."""
    assert len({case["name"] for case in cases}) == len(cases)
    path = Path(sys.argv[0])
    versions = f"PyTorch {torch.__version__}, onnx {onnx.__version__}, Python {platform.python_version()}"
    write(path.with_suffix(".json"), {"made_by": f"{path.name}, {versions}", "opset": OPSET, "cases": cases})


torch.set_num_threads(1)
