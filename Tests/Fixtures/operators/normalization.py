"""Writes normalization.json: normalisation of each sample on its own, and the operators of weight normalisation."""

from harness import *

for dtype in ["float32", "float64"]:
    for shape, axis, epsilon in [
        ((2, 5), -1, None), ((2, 3, 4), -1, 0.5), ((2, 3, 4), 1, 1e-5), ((2, 3, 4), 0, None), ((2, 3, 4), -2, 1e-2),
        ((6,), 0, None),
        ((2, 1), -1, None), ((3, 1, 4, 2), 2, None), ((0, 3), -1, None),
    ]:
        attributes = {"axis": axis, "stash_type": 1, **({} if epsilon is None else {"epsilon": epsilon})}
        inner = shape[axis:]
        x, scale, bias = normal(shape, dtype) + 2, normal(inner, dtype), normal(inner, dtype)
        label = f"{dtype} {list(shape)} axis {axis}"
        case("LayerNormalization", label, [x, scale, bias], attributes)
        case("LayerNormalization", f"{label}, no bias", [x, scale], attributes)
        case("LayerNormalization", f"{label}, all outputs", [x, scale, bias], attributes, 3)
        case("LayerNormalization", f"{label}, mean, no bias", [x, scale], attributes, 2)
        if 0 in shape:
            continue
        # RMSNormalization is in a later operator set than the cases.
        axes = tuple(range(axis % len(shape), len(shape)))
        wide = x.astype("float64")
        root = np.sqrt(np.mean(wide * wide, axes, keepdims=True) + np.float32(epsilon or 1e-5))
        for stash in [1, 11]:
            case("RMSNormalization", f"{label}, stash type {stash}", [x, scale], {**attributes, "stash_type": stash},
                 expected=[(wide / root * scale).astype(dtype)])
    case("LayerNormalization", f"{dtype} defaults", [normal((2, 3), dtype), normal((3,), dtype)])
    for scale, bias in [((1,), (3,)), ((2, 1), (3,)), ((2, 3), (1, 1)), ((1, 3), (2, 3))]:
        inputs = [normal((2, 3), dtype), normal(scale, dtype), normal(bias, dtype)]
        case("LayerNormalization", f"{dtype} scale {list(scale)} bias {list(bias)}", inputs)
    # E[x²] - E[x]² would lose all digits here.
    x = (1e4 + normal((2, 64))).astype(dtype)
    wide = x.astype("float64") - np.mean(x, -1, keepdims=True, dtype="float64")
    y = wide / np.sqrt(np.mean(wide * wide, -1, keepdims=True) + np.float32(1e-5))
    case("LayerNormalization", f"{dtype} far from zero", [x, np.ones(64, dtype)], expected=[y.astype(dtype)])
    for shape, groups in [((2, 4, 3), 2), ((2, 4), 2), ((1, 6, 2, 2), 3), ((2, 3, 5), 1), ((2, 3, 5), 3),
                          ((2, 2, 1, 2, 3), 2), ((1, 8, 3), 2)]:
        # With stash type 1, ONNX's function rounds float64 to float32.
        inputs = [normal(shape, dtype) + 1, normal((shape[1],), dtype), normal((shape[1],), dtype)]
        for epsilon in [None, 0.5]:
            attributes = {"num_groups": groups, "stash_type": 1 if dtype == "float32" else 11,
                          **({} if epsilon is None else {"epsilon": epsilon})}
            case("GroupNormalization", f"{dtype} {list(shape)} in {groups}, epsilon {epsilon}", inputs, attributes)
    for shape, epsilon in [((2, 3, 4), None), ((1, 2, 3, 4), 0.5), ((2, 1, 5), 1e-2), ((1, 2, 2, 2, 3), None),
                           ((3, 2, 1), None), ((0, 2, 3), None)]:
        inputs = [normal(shape, dtype) + 1, normal((shape[1],), dtype), normal((shape[1],), dtype)]
        # ONNX Runtime has an error of 1e-5 in float32, and no float64.
        axes = tuple(range(2, len(shape)))
        wide, scale, bias = (x.astype("float64") for x in inputs)
        centred = wide - wide.mean(axes, keepdims=True)
        unit = centred / np.sqrt(np.mean(centred * centred, axes, keepdims=True) + np.float32(epsilon or 1e-5))
        column = (-1,) + (1,) * len(axes)
        y = unit * scale.reshape(column) + bias.reshape(column)
        attributes = {} if epsilon is None else {"epsilon": epsilon}
        if 0 not in shape:
            np.testing.assert_allclose(evaluate("InstanceNormalization", inputs, attributes, 1)[0][0], y,
                                       rtol=1e-4, atol=1e-4)
        case("InstanceNormalization", f"{dtype} {list(shape)} epsilon {epsilon}", inputs, attributes,
             expected=[y.astype(dtype)])

for dtype, shape in itertools.product(["float32", "float64"], SHAPES):
    x = normal(shape, dtype)
    case("StopGradient", f"{dtype} {list(shape)}", [x], expected=[x])

write()
