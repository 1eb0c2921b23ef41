"""Writes basic.json: the operators of an MLP and its training."""

from harness import *

# Elementwise operators of one input.
for op in BASIC + ["Identity"]:
    for dtype in ["float32", "float64"]:
        for shape in SHAPES:
            x = normal(shape, dtype)
            case(op, f"{dtype} {list(shape)}", [np.abs(x) if op in ["Log", "Sqrt"] else x])
        case(op, f"{dtype} edges", [np.array(EDGES, dtype)])
for op in ["Abs", "Neg", "Sign", "Identity"]:
    case(op, "int64", [integers((2, 3))])
    case(op, "int64 edges", [int64(*INTEGER_EDGES)])
case("Identity", "bool", [booleans((5,))])
for shape in SHAPES:
    case("Not", f"{list(shape)}", [booleans(shape)])
for dtype, alpha in itertools.product(["float32", "float64"], [0.2, 0.0, 1.5, -0.5]):
    case("LeakyRelu", f"{dtype} alpha {alpha}", [normal((3, 4), dtype)], {"alpha": alpha})

# Elementwise operators of more inputs.
for op in ["Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Equal", "Greater", "GreaterOrEqual", "Less",
           "LessOrEqual"]:
    for dtype, (a, b) in itertools.product(["float32", "float64"], BROADCASTS):
        left = normal(a, dtype)
        case(op, f"{dtype} {list(a)} {list(b)}", [np.abs(left) if op == "Pow" else left, normal(b, dtype)])
    for dtype in ["float32", "float64"]:
        case(op, f"{dtype} edges", pairs(EDGES, dtype))
    if op == "Div":
        case(op, "int64", [integers((4, 5)), integers((5,), 1, 9) * int64(1, -1, 1, -1, 1)])
        case(op, "int64 edges", [int64(MAX, MIN, MIN, 7, -7, 7, -7), int64(-1, 1, 2, 2, 2, -2, -2)])
    elif op == "Pow":
        case(op, "int64", [integers((4, 5)), integers((5,), 0, 7)])
        case(op, "int64 edges", [int64(0, 0, 1, -1, -1, 2, -2), int64(0, 1, 62, 62, 63, 62, 63)])
    else:
        case(op, "int64", [integers((4, 5)), integers((5,))])
        case(op, "int64 edges", pairs(INTEGER_EDGES, "int64"))
    if op in ["Max", "Min"]:
        case(op, "one input", [normal((2, 3))])
        case(op, "three inputs", [normal((2, 3)), normal((3,)), normal((2, 1))])
        case(op, "four inputs, float64", [normal(s, "float64") for s in [(), (2, 1), (3,), (2, 3)]])
case("Equal", "bool", [booleans((2, 3)), booleans((3,))])
for op in ["And", "Or", "Xor"]:
    for a, b in BROADCASTS:
        case(op, f"{list(a)} {list(b)}", [booleans(a), booleans(b)])
for label, make in [("float32", normal), ("float64", lambda s: normal(s, "float64")), ("int64", integers),
                    ("bool", booleans)]:
    for c, a, b in [((2, 3), (2, 3), (2, 3)), ((3,), (2, 1), ()), ((), (2,), (1,)), ((2, 1, 1), (3, 1), (4,)),
                    ((0, 2), (2,), (1,))]:
        arguments = [booleans(c), make(a), make(b)]
        # ONNX Runtime's Where has no kernel for bool.
        case("Where", f"{label} {list(c)} {list(a)} {list(b)}", arguments, expected=[np.where(*arguments)])
for source, target in itertools.product(TYPES, TYPES):
    to = {"to": TYPES[target][1]}
    values = {"f": [-2.75, -1.5, -0.5, -0.0, 0.0, 0.5, 1.5, 2.75, 1e9], "i": [-3, 0, 1, 2**24 + 1, 2**53 + 1, -(2**62)],
              "b": [0, 1]}
    case("Cast", f"{source} to {target}", [np.array(values[source.kind]).astype(source)], to)
    case("Cast", f"{source} to {target}, empty", [np.zeros((0, 2), source)], to)
    if source.kind == "f" and target.kind != "i":
        case("Cast", f"{source} to {target}, edges",
             [np.array([np.nan, np.inf, -np.inf, 1e-40, 1e300]).astype(source)], to)

# Matrix products.
for dtype in ["float32", "float64"]:
    for ta, tb, c in itertools.product([0, 1], [0, 1], [None, (), (4,), (1, 4), (2, 1), (2, 4), (1, 1), "left out"]):
        inputs = [normal((3, 2) if ta else (2, 3), dtype), normal((4, 3) if tb else (3, 4), dtype)]
        inputs += [None] if c == "left out" else [] if c is None else [normal(c, dtype)]
        scales = {"alpha": 0.5, "beta": -1.5} if c != (4,) else {}
        case("Gemm", f"{dtype} transA {ta} transB {tb} C {c}", inputs, {"transA": ta, "transB": tb, **scales})
    case("Gemm", f"{dtype} beta 0", [normal((2, 3), dtype), normal((3, 4), dtype), normal((4,), dtype)], {"beta": 0.0})
    case("Gemm", f"{dtype} no rows", [normal((0, 3), dtype), normal((3, 4), dtype), normal((4,), dtype)])
    a, b, c = normal((2, 0), dtype), normal((0, 4), dtype), normal((4,), dtype)
    case("Gemm", f"{dtype} no inner extent", [a, b, c], expected=[a @ b + c])
    for a, b in [((2, 3), (3, 4)), ((3,), (3, 4)), ((2, 3), (3,)), ((3,), (3,)), ((2, 2, 3), (2, 3, 2)),
                 ((2, 1, 2, 3), (3, 3, 2)),
                 ((2, 2, 3), (3, 2)), ((2, 3), (2, 3, 2)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2)), ((1, 1), (1, 1)),
                 ((0, 3), (3, 2)),
                 ((2, 3), (3, 0)), ((4, 1, 1, 2), (1, 3, 2, 5))]:
        case("MatMul", f"{dtype} {list(a)} {list(b)}", [normal(a, dtype), normal(b, dtype)])

# Reductions.
for op, dtype in itertools.product(["ReduceSum", "ReduceMean", "ReduceMax"], ["float32", "float64", "int64"]):
    if (op, dtype) == ("ReduceMean", "int64"):
        continue
    make = integers if dtype == "int64" else lambda shape: normal(shape, dtype)
    for axes, keepdims in itertools.product([None, [], [0], [-1], [1, 2], [2, 0], [0, 1, 2], [-3, -1]], [0, 1]):
        inputs = [make((2, 3, 4))] + ([] if axes is None else [int64(*axes)])
        case(op, f"{dtype} axes {axes} keepdims {keepdims}", inputs, {"keepdims": keepdims})
        if not axes:
            case(op, f"{dtype} axes {axes} keepdims {keepdims} noop", inputs,
                 {"keepdims": keepdims, "noop_with_empty_axes": 1})
    case(op, f"{dtype} scalar", [make(())])
    case(op, f"{dtype} default keepdims", [make((2, 3)), int64(1)])
    case(op, f"{dtype} no rows left", [make((0, 3)), int64(1)], {"keepdims": 0})
    if op == "ReduceSum":
        case(op, f"{dtype} nothing to add", [make((0, 3)), int64(0)], expected=[np.zeros((1, 3), dtype)])
    if dtype != "int64":
        # ONNX Runtime's maximum ignores NaN.
        x = np.array([[1, np.nan, 2], [np.inf, 1, 2], [-np.inf, -np.inf, -np.inf]], dtype)
        reduce = {"ReduceSum": np.sum, "ReduceMean": np.mean, "ReduceMax": np.max}[op]
        case(op, f"{dtype} NaN", [x, int64(1)], expected=[reduce(x, axis=1, keepdims=True)])
case("ReduceSum", "int64 wraps", [int64(MAX, 1)], expected=[int64(MIN)])

# Operators that move elements.
MAKERS = [normal, integers, booleans]
for i, (shape, target, attributes) in enumerate([
    ((2, 3), (6,), {}), ((2, 3), (3, 2), {}), ((2, 3, 4), (-1,), {}), ((2, 3, 4), (4, -1), {}),
    ((2, 3, 4), (0, -1), {}),
    ((2, 3, 4), (0, 0, 2, 2), {}), ((2, 3, 4), (-1, 0, 2), {}), ((2, 3, 4), (0, 4, 3), {}), ((1, 1), (), {}),
    ((), (1, 1, 1), {}),
    ((), (-1,), {}), ((0, 3), (3, 0), {"allowzero": 1}), ((0, 3), (0, 7), {"allowzero": 1}), ((0, 3), (-1, 3), {}),
    ((0, 3), (0, 3), {}),
    ((2, 3), (3, 2), {"allowzero": 1}),
]):
    case("Reshape", f"{list(shape)} to {list(target)} {attributes}", [MAKERS[i % 3](shape), int64(*target)], attributes)
for shape in [(), (3,), (2, 3), (2, 3, 4), (0, 3)]:
    case("Transpose", f"{list(shape)}", [normal(shape)])
for i, perm in enumerate(list(itertools.permutations(range(3))) + list(itertools.permutations(range(4)))[::5]):
    case("Transpose", f"perm {list(perm)}", [MAKERS[i % 3]((2, 3, 4, 2)[: len(perm)])], {"perm": list(perm)})
for i, (shape, target) in enumerate([
    ((3,), (2, 3)), ((2, 1), (2, 3)), ((), (2, 2)), ((2, 1, 3), (2, 1)), ((2, 3), (1,)), ((2, 3), (1, 1, 1)),
    ((1,), (0,)), ((3, 1), (3, 4)),
    ((2, 3), ()), ((0, 1), (1, 4)),
]):
    case("Expand", f"{list(shape)} to {list(target)}", [MAKERS[i % 3](shape), int64(*target)])
for i, (shapes, axis) in enumerate([
    ([(2, 3), (1, 3)], 0), ([(2, 1), (2, 3)], 1), ([(2, 1), (2, 3)], -1), ([(2, 1, 2), (2, 2, 2), (2, 3, 2)], 1),
    ([(2, 3)], 0),
    ([(0,), (3,)], 0), ([(2, 0), (2, 2)], -1), ([(2, 2, 2), (1, 2, 2)], -3),
]):
    case("Concat", f"{[list(s) for s in shapes]} along {axis}", [MAKERS[i % 3](s) for s in shapes], {"axis": axis})
for i, (start, end, step) in enumerate(itertools.product(
        [0, 2, -1, -9, 9, MIN, MAX], [0, 3, -1, 9, MIN, MAX], [1, 2, -1, -3])):
    # With negative steps, ONNX Runtime takes an end of INT64_MAX for the other end, and clamps starts before the
    # first element to it. NumPy and ONNX's reference evaluator do neither.
    x = MAKERS[i % 3]((5,))
    arguments = [x, int64(start), int64(end), int64(0), int64(step)]
    case("Slice", f"{start}:{end}:{step}", arguments, expected=[x[start:end:step]])
case("Slice", "axes and steps left out", [normal((4, 5)), int64(1, 0), int64(3, 4)])
case("Slice", "axes left out", [normal((4, 5)), int64(0, 4), int64(4, 0), None, int64(2, -2)])
case("Slice", "negative axes", [normal((4, 5, 2)), int64(1, -2), int64(MAX, MAX), int64(-2, -3)])
case("Slice", "everything", [normal((2, 0)), int64(0), int64(1)])
for i, (shape, pads, axes) in enumerate([
    ((2, 3), (1, 0, 0, 2), None), ((2, 3), (1, 1, 1, 1), None), ((2, 3), (2, 1), (-1,)), ((2, 3), (0, 1, 2, 3), (1, 0)),
    ((3,), (0, 0), None),
    ((4, 3), (-1, 1, -2, 0), None), ((5,), (-2, 3), None), ((5,), (3, -2), None), ((0, 2), (1, 0, 1, 1), None),
]):
    tail = [] if axes is None else [int64(*axes)]
    case("Pad", f"{list(shape)} by {list(pads)} axes {axes}",
         [normal(shape), int64(*pads)] + ([None] + tail if tail else []))
    case("Pad", f"{list(shape)} by {list(pads)} axes {axes}, value",
         [normal(shape), int64(*pads), np.float32(2.5)] + tail, {"mode": "constant"})
    case("Pad", f"{list(shape)} by {list(pads)} axes {axes}, int64",
         [integers(shape), int64(*pads), np.int64(-7)] + tail)

# Batch normalisation.
for dtype, shape, epsilon in itertools.product(["float32", "float64"],
                                               [(4, 3), (2, 3, 2, 2), (5, 2, 3), (1, 3), (0, 3)], [None, 0.8]):
    channel = (shape[1],)
    inputs = [normal(shape, dtype), normal(channel, dtype), normal(channel, dtype), normal(channel, dtype),
              np.abs(normal(channel, dtype)) + np.ones((), dtype)]
    attributes = {} if epsilon is None else {"epsilon": epsilon}
    case("BatchNormalization", f"{dtype} {list(shape)} {attributes}", inputs, attributes)
    if shape[0] == 0:
        continue
    for momentum in [0.9, 0.25]:
        # ONNX Runtime's CPU build has no training mode; the definition is ONNX's, in float64.
        x, scale, bias, mean, variance = [value.astype("float64") for value in inputs]
        axes = tuple(axis for axis in range(x.ndim) if axis != 1)
        per_channel = lambda value: value.reshape((1, -1) + (1,) * (x.ndim - 2))
        batch_mean, batch_variance = x.mean(axes), x.var(axes)
        e, m = float(np.float32(1e-5 if epsilon is None else epsilon)), float(np.float32(momentum))
        root = np.sqrt(per_channel(batch_variance) + e)
        y = per_channel(scale) * (x - per_channel(batch_mean)) / root + per_channel(bias)
        expected = [y, mean * m + batch_mean * (1 - m), variance * m + batch_variance * (1 - m)]
        case("BatchNormalization", f"{dtype} {list(shape)} {attributes} training, momentum {momentum}", inputs,
             {**attributes, "training_mode": 1, "momentum": momentum}, 3, [value.astype(dtype) for value in expected])

# The operators of zoo's own domain, by NumPy in float64.
for dtype, alpha in itertools.product(["float32", "float64"], [None, 0.2, 0.0]):
    slope = float(np.float32(0.01 if alpha is None else alpha))
    for dy, x in [(normal((2, 3), dtype), normal((2, 3), dtype)), (normal((16,), dtype), np.array(EDGES, dtype)),
                  (normal((0,), dtype),) * 2]:
        factor = np.where(x > 0, 1, np.array(slope, dtype))
        case("LeakyReluGrad", f"{dtype} {list(x.shape)} alpha {alpha}", [dy, x],
             {} if alpha is None else {"alpha": alpha},
             expected=[(dy * factor).astype(dtype)])
for dtype, step, betas, epsilon in itertools.product(
    ["float32", "float64"], [1, 2, 10, 1000, 100000], [(0.9, 0.999), (0.5, 0.9), (0.0, 0.99)], [1e-8, 1e-3]
):
    rate, (x, g, v) = np.asarray(rng.uniform(1e-4, 1e-1)).astype(dtype), normal((3, 4), dtype)
    h = np.abs(normal((4,), dtype))
    v2 = betas[0] * v.astype("float64") + (1 - betas[0]) * g.astype("float64")
    h2 = betas[1] * h.astype("float64") + (1 - betas[1]) * g.astype("float64") ** 2
    denominator = np.sqrt(h2) / np.sqrt(1 - betas[1] ** step) + epsilon
    x2 = x - rate.astype("float64") / (1 - betas[0] ** step) * v2 / denominator
    case("AdamStep", f"{dtype} step {step} betas {betas} epsilon {epsilon}", [rate, np.int64(step), x, g, v, h],
         {"alpha": betas[0], "beta": betas[1], "epsilon": epsilon}, 3, [value.astype(dtype) for value in (x2, v2, h2)])

# NumPy's slices of 0, 1, … for every start and end among `bounds`: elements[start][end], as text.
slices = []
for extent, step in itertools.product(range(5), [MIN, MIN + 1, -3, -2, -1, 1, 2, 3, MAX]):
    bounds = [MIN, MIN + 1, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, MAX]
    rows = [[" ".join(map(str, np.arange(extent)[start:end:step])) for end in bounds] for start in bounds]
    slices.append({"extent": extent, "step": step, "bounds": bounds, "elements": rows})

write(slices=slices)
