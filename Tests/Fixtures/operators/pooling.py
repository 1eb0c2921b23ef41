"""Writes pooling.json: pooling with sliding windows, and of whole images."""

from harness import *

WINDOWS = [
    ((1, 2, 5), {"kernel_shape": [2]}), ((2, 1, 1), {"kernel_shape": [1]}), ((0, 2, 4), {"kernel_shape": [3]}),
    ((2, 2, 4, 5), {"kernel_shape": [3, 2]}), ((1, 1, 7), {"kernel_shape": [3], "dilations": [3]}),
    ((1, 2, 5, 4), {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [2, 0, 1, 1]}),
    ((1, 1, 7, 6), {"kernel_shape": [2, 3], "dilations": [3, 2], "pads": [1, 2, 1, 1], "strides": [2, 2]}),
    ((1, 1, 3, 4, 3), {"kernel_shape": [2, 2, 2], "strides": [1, 2, 1], "pads": [0, 1, 0, 1, 0, 1]}),
]
for mode in [0, 1]:
    WINDOWS += [
        ((1, 1, 6), {"kernel_shape": [3], "strides": [2], "ceil_mode": mode}),
        ((1, 1, 6), {"kernel_shape": [3], "strides": [2], "pads": [1, 1], "ceil_mode": mode}),
        ((1, 1, 6), {"kernel_shape": [2], "strides": [3], "pads": [1, 1], "ceil_mode": mode}),
        ((1, 1, 9), {"kernel_shape": [2], "strides": [4], "dilations": [3], "ceil_mode": mode}),
        ((1, 2, 5, 7), {"kernel_shape": [2, 3], "strides": [3, 3], "pads": [1, 0, 0, 2], "ceil_mode": mode}),
    ]
    for padding in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
        WINDOWS += [
            ((1, 1, 6), {"kernel_shape": [3], "strides": [2], "auto_pad": padding, "ceil_mode": mode}),
            ((1, 2, 5, 4), {"kernel_shape": [2, 3], "strides": [2, 3], "auto_pad": padding, "ceil_mode": mode}),
        ]
for dtype, (shape, attributes) in itertools.product(["float32", "float64"], WINDOWS):
    for order in [0, 1]:
        storage = {} if order == 0 else {"storage_order": 1}
        case("MaxPool", f"{dtype} {list(shape)} {attributes} {storage}", [normal(shape, dtype)],
             {**attributes, **storage}, 2)
case("MaxPool", "indices left out", [normal((1, 2, 4, 4))], {"kernel_shape": [2, 2], "strides": [2, 2]})
case("MaxPool", "ties", [np.round(normal((2, 2, 5, 5)))], {"kernel_shape": [3, 3]}, 2)
# ONNX Runtime ignores a NaN unless it comes first; PyTorch does not.
x = np.array([[[1, np.nan, 2, 3, -np.inf, -np.inf]]], "float32")
expected = [np.array([[[np.nan, np.nan, 3, 3, -np.inf]]], "float32"), int64(1, 1, 3, 3, 4).reshape(1, 1, 5)]
case("MaxPool", "NaN", [x], {"kernel_shape": [2]}, 2, expected)
# ONNX Runtime has no AveragePool of doubles.
for (shape, attributes), padding in itertools.product(WINDOWS, [0, 1]):
    counted = {"count_include_pad": 1} if padding else {}
    case("AveragePool", f"{list(shape)} {attributes} {counted}", [normal(shape)], {**attributes, **counted})
for op, function in {"GlobalAveragePool": np.mean, "GlobalMaxPool": np.max}.items():
    for shape in [(2, 3, 4), (1, 2, 3, 3), (2, 1, 1, 1), (1, 1, 2, 3, 2), (0, 2, 3)]:
        case(op, f"{list(shape)}", [normal(shape)])
        x = normal(shape, "float64")
        case(op, f"{list(shape)} float64", [x], expected=[function(x, axis=tuple(range(2, x.ndim)), keepdims=True)])
write()
