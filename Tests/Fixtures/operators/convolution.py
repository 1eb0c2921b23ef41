"""Writes convolution.json: convolution, its transpose and the gradient of its weights."""

from harness import *

# Convolution: shapes of X, W and whether there is a bias; each attribute alone and together.
CONVOLUTIONS = [
    ((2, 2, 5), (3, 2, 2), {}), ((1, 1, 4), (1, 1, 4), {}), ((2, 3, 1), (2, 3, 1), {}), ((0, 2, 4), (1, 2, 3), {}),
    ((1, 2, 6), (2, 2, 3), {"strides": [3], "pads": [0, 1]}), ((1, 4, 5), (4, 2, 2), {"group": 2}),
    ((1, 3, 5), (6, 1, 3), {"group": 3, "pads": [1, 1]}),
    ((1, 2, 7), (1, 2, 3), {"dilations": [3], "kernel_shape": [3]}),
    ((1, 2, 4, 5), (2, 2, 3, 2), {}), ((2, 1, 5, 5), (2, 1, 3, 3), {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
    ((1, 4, 6, 5), (2, 2, 2, 3),
     {"strides": [2, 1], "pads": [1, 0, 0, 2], "dilations": [1, 2], "group": 2, "kernel_shape": [2, 3]}),
    ((1, 1, 5, 4), (1, 1, 1, 1), {"strides": [2, 3]}), ((1, 1, 3, 3), (1, 1, 3, 3), {"pads": [3, 3, 3, 3]}),
    ((1, 1, 3, 4, 3), (2, 1, 2, 2, 2), {"strides": [1, 2, 1], "pads": [0, 1, 0, 0, 0, 1]}),
]
for padding in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
    CONVOLUTIONS += [
        ((1, 1, 5), (1, 1, 2), {"auto_pad": padding}), ((1, 1, 6), (1, 1, 3), {"auto_pad": padding, "strides": [2]}),
        ((1, 2, 5, 6), (2, 2, 3, 2), {"auto_pad": padding, "strides": [2, 3]}),
        ((1, 1, 4, 4), (1, 1, 1, 1), {"auto_pad": padding, "strides": [3, 2]}),
    ]
for dtype, (x, w, attributes), biased in itertools.product(["float32", "float64"], CONVOLUTIONS, [False, True]):
    inputs = [normal(x, dtype), normal(w, dtype)] + ([normal(w[:1], dtype)] if biased else [])
    case("Conv", f"{dtype} {list(x)} {list(w)} {attributes} bias {biased}", inputs, attributes)

TRANSPOSES = [
    ((2, 2, 3), (2, 3, 2), {}), ((1, 1, 1), (1, 1, 1), {}), ((0, 2, 3), (2, 1, 3), {}),
    ((1, 4, 3), (4, 2, 2), {"group": 2}),
    ((1, 2, 4), (2, 1, 3), {"strides": [2], "pads": [1, 0]}),
    ((1, 2, 4), (2, 1, 3), {"strides": [3], "output_padding": [2], "dilations": [2]}),
    ((1, 2, 3, 2), (2, 2, 2, 3), {}),
    ((1, 4, 3, 4), (4, 1, 2, 3), {"strides": [2, 1], "pads": [1, 0, 0, 2], "dilations": [1, 2], "group": 2,
                                  "kernel_shape": [2, 3], "output_padding": [1, 0]}),
    ((1, 1, 4), (1, 1, 3), {"strides": [2], "output_shape": [8]}),
    ((1, 1, 4), (1, 1, 3), {"strides": [2], "output_shape": [8], "auto_pad": "SAME_UPPER"}),
    ((1, 1, 4), (1, 1, 3), {"strides": [2], "output_shape": [7], "auto_pad": "SAME_LOWER"}),
    ((1, 1, 4), (1, 1, 3), {"strides": [3], "output_shape": [14]}),
    ((1, 1, 4), (1, 1, 3), {"strides": [2], "output_shape": [10], "output_padding": [1]}),
    ((1, 1, 2, 3), (1, 1, 3, 3), {"strides": [2, 2], "output_shape": [4, 7]}),
    ((1, 1, 2, 2, 2), (1, 1, 2, 2, 2), {"strides": [1, 2, 1], "pads": [0, 1, 0, 1, 0, 0]}),
]
for padding in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
    TRANSPOSES += [
        ((1, 1, 4), (1, 1, 3), {"auto_pad": padding}), ((1, 1, 4), (1, 1, 3), {"auto_pad": padding, "strides": [2]}),
        ((1, 1, 4), (1, 1, 1), {"auto_pad": padding, "strides": [2]}),
        ((1, 2, 3, 2), (2, 2, 3, 2), {"auto_pad": padding, "strides": [2, 3]}),
    ]
# ONNX Runtime has no ConvTranspose of doubles, and the reference evaluator fails on most of these.
for (x, w, attributes), biased in itertools.product(TRANSPOSES, [False, True]):
    channels = (w[1] * attributes.get("group", 1),)
    inputs = [normal(x), normal(w)] + ([normal(channels)] if biased else [])
    case("ConvTranspose", f"{list(x)} {list(w)} {attributes} bias {biased}", inputs, attributes)

# The gradient of the weights by NumPy in float64, from its definition: every tap adds a matrix product over channels.
for dtype, (x, w, attributes) in itertools.product(["float32", "float64"],
                                                   [c for c in CONVOLUTIONS if "auto_pad" not in c[2]]):
    rank, group = len(x) - 2, attributes.get("group", 1)
    attributes = {**attributes, "kernel_shape": list(w[2:])}
    strides, dilations = attributes.get("strides", [1] * rank), attributes.get("dilations", [1] * rank)
    pads = attributes.get("pads", [0] * 2 * rank)
    sizes = [(x[2 + a] + pads[a] + pads[rank + a] - dilations[a] * (w[2 + a] - 1) - 1) // strides[a] + 1
             for a in range(rank)]
    images, dy = normal(x, dtype), normal((x[0], w[0], *sizes), dtype)
    padded = np.pad(images.astype("float64"), [(0, 0), (0, 0)] + [(pads[a], pads[rank + a]) for a in range(rank)])
    dw = np.zeros(w)
    for position in np.ndindex(*w[2:]):
        window = tuple(
            slice(k * d, k * d + s * (n - 1) + 1, s) for k, d, s, n in zip(position, dilations, strides, sizes))
        seen = padded[(slice(None), slice(None), *window)].reshape(x[0], group, x[1] // group, *sizes)
        back = dy.astype("float64").reshape(x[0], group, w[0] // group, *sizes)
        axes = [0, *range(3, 3 + rank)]
        for g in range(group):
            products = np.tensordot(np.moveaxis(back[:, g], 1, 0), np.moveaxis(seen[:, g], 1, 0),
                                    [[a - 1 if a else 1 for a in axes]] * 2)
            dw[(slice(g * w[0] // group, (g + 1) * w[0] // group), slice(None), *position)] = products
    case("ConvWeightGrad", f"{dtype} {list(x)} {list(w)} {attributes}", [images, dy], attributes,
         expected=[dw.astype(dtype)])
write()
