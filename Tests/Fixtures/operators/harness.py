"""The shared parts of this folder's scripts: calls of operators, and the results of ONNX Runtime, ONNX's reference
evaluator or NumPy for them.

Each script writes the JSON file of its own name; all need numpy, onnx and onnxruntime. A case names the source of its
values: "onnxruntime"; "onnx" (the reference evaluator) if ONNX Runtime has no kernel; "numpy" if both are wrong or
lack the operator, as for the operators of zoo's own domain.
"""
import itertools
import json
import pathlib
import re
import sys

import numpy as np
import onnx
import onnx.reference
import onnxruntime as ort
from onnx import TensorProto, helper

OPSET = 21
TYPES = {
    np.dtype("float32"): ("float32", TensorProto.FLOAT),
    np.dtype("float64"): ("float64", TensorProto.DOUBLE),
    np.dtype("int64"): ("int64", TensorProto.INT64),
    np.dtype("bool"): ("bool", TensorProto.BOOL),
}
# Functions of one argument in basic.py.
BASIC = ["Exp", "Log", "Reciprocal", "Relu", "Sigmoid", "Softplus", "Sqrt", "Tanh", "LeakyRelu", "Abs", "Neg", "Sign"]
OPERATORS = pathlib.Path(__file__).parents[3] / "Sources/GraphIR/Op.swift"
# Each family has its own random draws: a new case in one file changes no other.
rng = np.random.default_rng([20260101, *pathlib.Path(sys.argv[0]).stem.encode()])
cases = []
ort.set_default_logger_severity(4)
np.seterr(all="ignore")


def numpy_functions(except_for):
    """The functions of one argument that NumPy has for operators of zoo, by the operator's name."""
    names = re.findall(r'case \w+ = "(\w+)"', OPERATORS.read_text())
    functions = {name: getattr(np, name.lower(), None) for name in names if name not in except_for}
    return {name: f for name, f in functions.items() if isinstance(f, np.ufunc) and f.nin == f.nout == 1}


def tensor(array):
    if array is None:
        return None
    array = np.asarray(array)
    kind = array.dtype.kind
    if kind == "f":
        data = " ".join(repr(float(x)) if array.dtype == np.float64 else str(np.float32(x)) for x in array.ravel())
    else:
        data = " ".join(str(int(x)) for x in array.ravel())
    return {"dtype": TYPES[array.dtype][0], "shape": list(array.shape), "data": data}


def attribute(value):
    if isinstance(value, str):
        return {"kind": "STRING", "value": value}
    if isinstance(value, float):
        return {"kind": "FLOAT", "value": str(np.float32(value))}
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], str):
        return {"kind": "STRINGS", "value": " ".join(value)}
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], float):
        return {"kind": "FLOATS", "value": " ".join(str(np.float32(x)) for x in value)}
    if isinstance(value, (list, tuple)):
        return {"kind": "INTS", "value": " ".join(map(str, value))}
    return {"kind": "INT", "value": str(value)}


def evaluate(op, inputs, attributes, outputs):
    names = ["" if x is None else f"x{i}" for i, x in enumerate(inputs)]
    node = helper.make_node(op, names, [f"y{i}" for i in range(outputs)], **attributes)
    infos = [
        helper.make_tensor_value_info(n, TYPES[x.dtype][1], x.shape) for n, x in zip(names, inputs) if x is not None
    ]
    results = [onnx.ValueInfoProto(name=f"y{i}") for i in range(outputs)]
    graph = helper.make_graph([node], "case", infos, results)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    feeds = {n: x for n, x in zip(names, inputs) if x is not None}
    try:
        session = ort.InferenceSession(
            onnx.shape_inference.infer_shapes(model).SerializeToString(), providers=["CPUExecutionProvider"]
        )
        return session.run(None, feeds), "onnxruntime"
    except Exception as problem:
        if "NOT_IMPLEMENTED" not in str(problem) and "raining" not in str(problem):
            raise
    return onnx.reference.ReferenceEvaluator(model).run(None, feeds), "onnx"


def case(op, label, inputs, attributes=None, outputs=1, expected=None):
    inputs = [None if x is None else np.asarray(x) for x in inputs]
    attributes = attributes or {}
    source = "numpy"
    if expected is None:
        expected, source = evaluate(op, inputs, attributes, outputs)
    cases.append(
        {
            "op": op,
            "label": label,
            "by": source,
            "inputs": [tensor(x) for x in inputs],
            "attributes": {name: attribute(value) for name, value in attributes.items()},
            "outputs": [tensor(x) for x in expected],
        }
    )


def normal(shape, dtype="float32"):
    return (1.5 * rng.standard_normal(shape)).astype(dtype)


def integers(shape, low=-9, high=9):
    return rng.integers(low, high, shape, endpoint=True, dtype=np.int64)


def booleans(shape):
    return rng.random(shape) < 0.5


def int64(*numbers):
    return np.array(numbers, dtype=np.int64)


MIN, MAX = np.iinfo(np.int64).min, np.iinfo(np.int64).max
SHAPES = [(), (1,), (2, 3), (2, 1, 3, 2), (0,), (0, 3)]
BROADCASTS = [
    ((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((), (2, 3)), ((2, 3), ()), ((), ()),
    ((2, 1, 3), (4, 1)), ((1, 1, 1), (2,)), ((3, 1, 2, 1), (2, 1, 4)), ((0, 3), (1,)), ((0, 3), (3,)), ((2, 1), (2, 0)),
    ((1,), (0,)),
]
EDGES = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 20.0, -20.0, 100.0, -100.0, 1e-30, -1e-30, 1e30, np.inf, -np.inf, np.nan]
INTEGER_EDGES = [0, 1, -1, 2, -3, MAX, MIN + 1, MIN]


def pairs(values, dtype):
    first, second = zip(*itertools.product(values, values))
    return np.array(first, dtype=dtype), np.array(second, dtype=dtype)


def write(**more):
    """Writes the cases, and further lists, to the folder of the running script, under its name."""
    versions = {"numpy": np.__version__, "onnx": onnx.__version__, "onnxruntime": ort.__version__}
    lines = lambda items: ",\n".join(json.dumps(item) for item in items)
    parts = "".join(f',\n"{name}": [\n{lines(items)}\n]' for name, items in {"cases": cases, **more}.items())
    pathlib.Path(sys.argv[0]).with_suffix(".json").write_text(f'{{"versions": {json.dumps(versions)}{parts}}}\n')
    print(versions, len(cases), "cases",
          {s: sum(c["by"] == s for c in cases) for s in ["onnxruntime", "onnx", "numpy"]})
