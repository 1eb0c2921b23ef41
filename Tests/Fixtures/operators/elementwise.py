"""Writes elementwise.json: functions of one argument, rounding, remainders, bounds, activations, mixed powers."""

import math

from harness import *

FLOATS = ["float32", "float64"]
ROUNDING = ["Floor", "Ceil", "Round"]
HALVES = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49999997, 8388609.0, -8388609.0, 2**52 + 1.0]

# Functions of one argument. ONNX Runtime approximates some of them in float32, and ONNX's reference evaluator erf in
# float64. NumPy and math compute the expected values: an operator of zoo that has the name of a function of NumPy needs
# no line here.
FUNCTIONS = numpy_functions(except_for=BASIC + ROUNDING + ["IsNaN", "IsInf", "Not"])
FUNCTIONS["Erf"] = np.vectorize(math.erf, otypes=["float64"])
for op, dtype in itertools.product([*FUNCTIONS, *ROUNDING, "IsNaN", "IsInf"], FLOATS):
    function = FUNCTIONS.get(op)
    expected = lambda x: (
        [np.asarray(function(x.astype("float64"))).astype(dtype)] if function and dtype == "float64" else None)
    for shape in SHAPES:
        x = normal(shape, dtype)
        x = np.asarray(np.tanh(x)) if op in ["Asin", "Acos", "Atanh"] else x
        x = np.asarray(np.abs(x) + np.asarray(1, dtype)) if op == "Acosh" else x
        case(op, f"{dtype} {list(shape)}", [x], expected=expected(x))
    edges = np.array([x for x in EDGES + [2.0, -1.5] if op not in ["Sinh", "Cosh"] or abs(x) != 100], dtype)
    edges = np.array([x for x in edges if x != 1e30], dtype) if op in ["Sin", "Cos", "Tan"] else edges
    case(op, f"{dtype} edges", [edges],
         expected=[function(edges.astype("float64")).astype(dtype)] if function else None)
    if op in ROUNDING:
        case(op, f"{dtype} halves", [np.array(HALVES, dtype)])
for dtype, positive, negative in itertools.product(FLOATS, [0, 1], [0, 1]):
    case("IsInf", f"{dtype} positive {positive} negative {negative}", [np.array(EDGES, dtype)],
         {"detect_positive": positive, "detect_negative": negative})

# Remainders.
for dtype, (a, b) in itertools.product(FLOATS + ["int64"], BROADCASTS):
    if dtype == "int64":
        divisor = integers(b, 1, 9) * rng.choice([-1, 1], b)
        for fmod in [0, 1]:
            case("Mod", f"int64 {list(a)} {list(b)} fmod {fmod}", [integers(a), divisor], {"fmod": fmod})
    else:
        case("Mod", f"{dtype} {list(a)} {list(b)}", [normal(a, dtype) * np.asarray(5, dtype), normal(b, dtype)],
             {"fmod": 1})
for dtype in FLOATS:
    case("Mod", f"{dtype} edges", pairs(EDGES, dtype), {"fmod": 1})
extremes = int64(MAX, MIN, MAX, MIN, 0, 0, MIN), int64(2, 3, -3, MAX, 5, -5, MIN)
for fmod in [0, 1]:
    case("Mod", f"int64 edges fmod {fmod}", extremes, {"fmod": fmod},
         expected=[(np.fmod if fmod else np.mod)(*extremes)])
    # Processors trap on these divisions.
    case("Mod", f"int64 traps fmod {fmod}", [int64(MIN, 7, -7, MIN), int64(-1, -1, 0, 0)], {"fmod": fmod},
         expected=[int64(0, 0, 0, 0)])
case("Mod", "int64, fmod left out", [int64(-7, 7, -7, 7), int64(3, -3, -3, 3)])

# Bounds.
for dtype in FLOATS + ["int64"]:
    make = integers if dtype == "int64" else lambda shape: normal(shape, dtype)
    scalar = lambda x: np.asarray(x).astype(dtype)
    for shape in [(), (4,), (2, 3, 2), (0, 3)]:
        case("Clip", f"{dtype} {list(shape)} no bounds", [make(shape)])
        case("Clip", f"{dtype} {list(shape)} min", [make(shape), scalar(-1)])
        case("Clip", f"{dtype} {list(shape)} max", [make(shape), None, scalar(1)])
        case("Clip", f"{dtype} {list(shape)} both", [make(shape), scalar(-1), scalar(2)])
        case("Clip", f"{dtype} {list(shape)} max below min", [make(shape), scalar(2), scalar(-1)])
    if dtype == "int64":
        case("Clip", "int64 edges", [int64(*INTEGER_EDGES), scalar(-2), scalar(1)])
    else:
        x = np.array(EDGES, dtype)
        case("Clip", f"{dtype} edges", [x, scalar(-0.5), scalar(20)])
        case("Clip", f"{dtype} edges, infinite bounds", [x, scalar(-np.inf), scalar(np.inf)])
        case("Clip", f"{dtype} edges, bound is NaN", [x, scalar(np.nan)], expected=[np.full_like(x, np.nan)])

# Activations. ONNX Runtime has some of them for float32 only, and replaces some NaNs.
erf = np.vectorize(math.erf, otypes=["float64"])
unit = lambda x: np.clip(x, 0, 1)
ACTIVATIONS = {
    "HardSigmoid": lambda x, alpha=float(np.float32(0.2)), beta=0.5: unit(alpha * x + beta),
    "HardSwish": lambda x: x * unit(x / 6 + 0.5),
    "Softsign": lambda x: x / (1 + np.abs(x)),
    "Mish": lambda x: x * np.tanh(np.logaddexp(0, x)),
    "Elu": lambda x, alpha=1: np.where(x > 0, x, alpha * np.expm1(x)),
    "Celu": lambda x, alpha=1: np.where(x > 0, x, alpha * np.expm1(x / alpha)),
    "Selu": lambda x, alpha=float(np.float32(1.6732632)), gamma=float(np.float32(1.050701)): (
        gamma * np.where(x > 0, x, alpha * np.expm1(x))),
    "ThresholdedRelu": lambda x, alpha=1: np.where(x > alpha, x, 0),
    "Gelu": lambda x, approximate="none": 0.5 * x * (
        1 + (erf(x / np.sqrt(2)) if approximate == "none" else np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))),
}
SETTINGS = {"HardSigmoid": [{"alpha": 0.75}, {"beta": 0.25}, {"alpha": 0.5, "beta": -0.25}],
            "Elu": [{"alpha": 0.5}, {"alpha": -1.5}],
            "Celu": [{"alpha": 0.5}, {"alpha": 2.0}], "Selu": [{"alpha": 1.5, "gamma": 0.5}, {"gamma": 2.0}],
            "ThresholdedRelu": [{"alpha": 0.5}, {"alpha": -0.5}, {"alpha": 0.0}],
            "Gelu": [{"approximate": "tanh"}, {"approximate": "none"}]}
for (op, function), dtype in itertools.product(ACTIVATIONS.items(), FLOATS):
    for attributes in [{}, *SETTINGS.get(op, [])]:
        for shape in SHAPES if not attributes else [(3, 4)]:
            x = normal(shape, dtype) * np.asarray(2, dtype)
            expected = [np.asarray(function(x.astype("float64"), **attributes)).astype(dtype)]
            case(op, f"{dtype} {list(shape)} {attributes}", [x], attributes,
                 expected=None if dtype == "float32" else expected)
        edges = np.array(EDGES, dtype)
        case(op, f"{dtype} edges {attributes}", [edges], attributes,
             expected=[function(edges.astype("float64"), **attributes).astype(dtype)])
for dtype, (x, slope) in itertools.product(FLOATS + ["int64"], [
    ((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 3), (2, 1)), ((2, 3), (1,)), ((2, 3), ()), ((2, 3, 2), (3, 1)), ((), ()),
    ((0, 3), (3,))]):
    make = integers if dtype == "int64" else lambda shape: normal(shape, dtype)
    x, slope = np.asarray(make(x)), np.asarray(make(slope))
    case("PRelu", f"{dtype} {list(x.shape)} {list(slope.shape)}", [x, slope],
         expected=[np.asarray(np.where(x < 0, x * slope, x))])
for dtype in FLOATS:
    case("PRelu", f"{dtype} edges", [np.array(EDGES, dtype), np.asarray(0.25, dtype)])

# Powers of mixed types.
for base, exponent in itertools.permutations(FLOATS + ["int64"], 2):
    for a, b in [((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (2, 3)), ((2, 3), ()), ((0, 3), (1,))]:
        x = np.asarray(integers(a, 1, 9) if base == "int64" else np.abs(normal(a, base)))
        y = np.asarray(integers(b, 0, 5) if exponent == "int64" else np.abs(normal(b, exponent)))
        # Integer results must not depend on the last bit.
        y = np.round(y * 2) if base == "int64" and exponent != "int64" else y
        case("Pow", f"{base} {list(a)} to the {exponent} {list(b)}", [x, y])
for dtype in FLOATS:
    case("Pow", f"{dtype} to integers of both signs",
         [np.array([-2, -2, -0.5, 2, 0, -1, -1], dtype), int64(3, -3, 2, -2, 0, 2**24 + 1, 2**25)])
    case("Pow", f"int64 to large {dtype}", [int64(2, 3, 1, -1, 0), np.array([0.5, -1, 1e9, 3, 0], dtype)],
         expected=[int64(1, 0, 1, -1, 1)])

write()
