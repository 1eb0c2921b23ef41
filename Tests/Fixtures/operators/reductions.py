"""Writes reductions.json: reductions other than sums, and selections along an axis."""

from harness import *

for op, dtype in itertools.product(
    ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMin", "ReduceProd", "ReduceSumSquare"],
    ["float32", "float64", "int64"],
):
    def make(shape):
        x = integers(shape) if dtype == "int64" else normal(shape, dtype)
        return np.abs(x) + 1 if op == "ReduceLogSum" else x

    def run(label, inputs, attributes={}):
        expected = None
        if (op, dtype) == ("ReduceLogSumExp", "int64"):
            # ONNX Runtime truncates the logarithm to an integer before it adds the maximum.
            axes = (tuple(inputs[1]) if len(inputs) > 1 and len(inputs[1])
                    else () if attributes.get("noop_with_empty_axes") else None)
            keepdims = bool(attributes.get("keepdims", 1))
            expected = [
                np.asarray(np.logaddexp.reduce(inputs[0], axes, np.float64, keepdims=keepdims)).astype(np.int64)]
        case(op, label, inputs, attributes, expected=expected)

    for axes, keepdims in itertools.product([None, [], [0], [-1], [2, 0], [-3, -2]], [0, 1]):
        inputs = [make((2, 3, 2))] + ([] if axes is None else [int64(*axes)])
        run(f"{dtype} axes {axes} keepdims {keepdims}", inputs, {"keepdims": keepdims})
        if not axes:
            run(f"{dtype} axes {axes} keepdims {keepdims} noop", inputs,
                {"keepdims": keepdims, "noop_with_empty_axes": 1})
    run(f"{dtype} scalar", [make(())])
    run(f"{dtype} extent 1", [make((2, 1)), int64(1)])
    run(f"{dtype} no rows left", [make((0, 3)), int64(1)], {"keepdims": 0})
    if dtype == "int64":
        continue
    empty = {"ReduceProd": 1, "ReduceMin": np.inf, "ReduceLogSum": -np.inf, "ReduceLogSumExp": -np.inf}.get(op, 0)
    case(op, f"{dtype} nothing to reduce", [make((0, 3)), int64(0)], expected=[np.full((1, 3), empty, dtype)])
    x = np.array(
        [[1, 2, np.nan], [np.inf, 1, 2], [-np.inf, -1, -3], [-np.inf, -np.inf, -np.inf], [np.inf, -np.inf, 0]], dtype)
    exact = {
        "ReduceL1": lambda x: np.abs(x).sum(), "ReduceL2": lambda x: np.sqrt((x * x).sum()),
        "ReduceLogSum": lambda x: np.log(x.sum()),
        "ReduceLogSumExp": np.logaddexp.reduce, "ReduceMin": np.min, "ReduceProd": np.prod,
        "ReduceSumSquare": lambda x: (x * x).sum(),
    }[op]
    case(op, f"{dtype} edges", [x, int64(1)], {"keepdims": 0}, expected=[np.array([exact(row) for row in x], dtype)])
for dtype in ["float32", "float64"]:
    case("ReduceLogSumExp", f"{dtype} large", [np.array([[1000, 1000.5], [-1000, -1001]], dtype), int64(1)])
    case("ReduceProd", f"{dtype} zeros", [np.array([[0, 2, 3], [1, 0, 0]], dtype), int64(1)])
for op in ["ReduceMin", "ReduceMax"]:
    x = booleans((2, 3, 2))
    for axes in [None, [1], [0, 2]]:
        case(op, f"bool axes {axes}", [x] + ([] if axes is None else [int64(*axes)]), {"keepdims": 0})
    case(op, "bool noop", [x], {"noop_with_empty_axes": 1})
    case(op, "bool nothing to reduce", [np.zeros((0, 2), bool), int64(0)],
         expected=[np.full((1, 2), op == "ReduceMin")])
    case(op, "int64 edges", [int64(*INTEGER_EDGES)])
for op, value in [("ReduceProd", MIN), ("ReduceSumSquare", 0), ("ReduceL1", MIN + 1)]:
    case(op, "int64 wraps", [int64(MIN, 1)] if op != "ReduceSumSquare" else [int64(2**32, 0)], expected=[int64(value)])

for op, dtype in itertools.product(["Softmax", "LogSoftmax", "Hardmax"], ["float32", "float64"]):
    for shape, axis in [((4,), None), ((2, 3), 0), ((2, 3), -1), ((2, 3, 2), 1), ((2, 3, 2), -3), ((3, 1), 1),
                        ((0, 3), 1)]:
        case(op, f"{dtype} {list(shape)} axis {axis}", [normal(shape, dtype)], {} if axis is None else {"axis": axis})
    case(op, f"{dtype} large", [np.array([[1000, 1000.5, 999], [-1000, -1001, -1002]], dtype)])
    if op == "Hardmax":
        case(op, f"{dtype} ties", [np.array([[1, 3, 3], [2, 2, 1], [-np.inf, -np.inf, -np.inf]], dtype)])
    else:
        rows = [[-np.inf, 1, 2], [-np.inf, -np.inf, 0], [-np.inf] * 3]
        case(op, f"{dtype} edges", [np.array(rows, dtype)])
        # ONNX Runtime's LogSoftmax replaces some of these NaNs, depending on their position.
        for special in [np.inf, np.nan]:
            case(op, f"{dtype} {special}", [np.array([special, 1, 2], dtype)], expected=[np.full(3, np.nan, dtype)])
for op, dtype in itertools.product(["ArgMax", "ArgMin"], ["float32", "float64", "int64"]):
    for shape, axis, keepdims, last in [((4,), 0, 1, 0), ((2, 3), 1, 0, 0), ((2, 3), -2, 1, 1), ((2, 3, 4), 1, 0, 1),
                                        ((3, 1), -1, 1, 0), ((0, 3), 1, 1, 0)]:
        x = integers(shape, -2, 2).astype(dtype)
        case(op, f"{dtype} {list(shape)} axis {axis} keepdims {keepdims} last {last}", [x],
             {"axis": axis, "keepdims": keepdims, "select_last_index": last})
    case(op, f"{dtype} defaults", [integers((3, 2)).astype(dtype)])
    if dtype != "int64":
        # ONNX Runtime ignores NaN; in NumPy and PyTorch it is the extremum.
        x = np.array([1, np.nan, 3, np.nan, -3], dtype)
        for last in [0, 1]:
            case(op, f"{dtype} NaN, last {last}", [x], {"select_last_index": last}, expected=[int64(3 if last else 1)])
for dtype in ["float32", "float64", "int64"]:
    make = integers if dtype == "int64" else lambda shape: normal(shape, dtype)
    for shape, axis, exclusive, reverse in [((4,), 0, 0, 0), ((2, 3), 1, 1, 0), ((2, 3), -2, 0, 1),
                                            ((2, 3, 2), -2, 1, 1), ((3, 1), 1, 1, 0), ((0, 2), 0, 0, 0)]:
        attributes = {"exclusive": exclusive, "reverse": reverse}
        case("CumSum", f"{dtype} {list(shape)} axis {axis} {attributes}", [make(shape), np.int64(axis)], attributes)
    case("CumSum", f"{dtype} axis as a vector", [make((2, 2)), int64(1)])

write()
