#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes convolution.json: convolutions and pooling."""

from harness import *


def padded(x: torch.Tensor, pads: list[int]) -> torch.Tensor:
    """Zeros around the spatial axes, given in ONNX's order: all beginnings, then all ends."""
    half = len(pads) // 2
    return F.pad(x, [pad for axis in reversed(range(half)) for pad in (pads[axis], pads[half + axis])])


def conv(x, w, b=None, *, strides=1, pads=None, dilations=1, group=1):
    function = {3: F.conv1d, 4: F.conv2d}[x.ndim]
    return function(padded(x, pads) if pads else x, w, b, stride=strides, dilation=dilations, groups=group)


def conv_transpose(x, w, b=None, *, strides=1, pads=None, dilations=1, group=1, output_padding=0):
    function = {3: F.conv_transpose1d, 4: F.conv_transpose2d}[x.ndim]
    y = function(x, w, b, stride=strides, dilation=dilations, groups=group, output_padding=output_padding)
    return padded(y, [-pad for pad in pads]) if pads else y


def convolution_cases() -> list[dict]:
    every = {"strides": [2, 1], "pads": [1, 0, 0, 2], "dilations": [1, 2], "group": 2}
    convolutions = {
        "": ([2, 2, 4], [3, 2, 2], {}), " with a rest": ([1, 2, 6], [1, 2, 3], {"strides": [3], "pads": [0, 1]}),
        " of images": ([1, 2, 4, 3], [2, 2, 2, 3], {}), " depthwise": ([1, 2, 3, 3], [4, 1, 2, 2], {"group": 2}),
        " of images, all attributes": ([1, 2, 4, 3], [2, 1, 2, 2], every),
        " dilated": ([1, 1, 7], [2, 1, 3], {"dilations": [2], "pads": [2, 1]}),
        " of images, stride 2": ([2, 1, 5, 4], [2, 1, 3, 3], {"strides": [2, 2], "pads": [1, 1, 1, 1]}),
    }
    transposes = {
        "": ([2, 2, 3], [2, 3, 2], {}), " cropped": ([1, 2, 3], [2, 1, 3], {"strides": [2], "pads": [1, 0]}),
        " of images": ([1, 2, 2, 3], [2, 2, 2, 2], {}), " depthwise": ([1, 2, 2, 2], [2, 2, 2, 2], {"group": 2}),
        " of images, all attributes": ([1, 2, 2, 3], [2, 1, 2, 2], {**every, "output_padding": [1, 0]}),
        " with more at the end": ([1, 1, 3], [1, 2, 2], {"strides": [3], "dilations": [2], "output_padding": [2]}),
        " with more at the end than a stride": ([1, 1, 3], [1, 2, 2],
                                                {"strides": [2], "dilations": [4], "output_padding": [3]}),
    }
    cases = []
    for op, function, examples in [("Conv", conv, convolutions), ("ConvTranspose", conv_transpose, transposes)]:
        for suffix, (x, w, attributes) in examples.items():
            f = lambda *inputs, function=function, attributes=attributes: function(*inputs, **attributes)
            # The reference evaluator fails on transposed convolutions with these attributes.
            checked = op == "Conv" or not {"group", "output_padding"} & attributes.keys()
            cases.append(case(op + suffix, op, attributes, [real(*x), real(*w)], f, checked))
        bias = real(w[0] if op == "Conv" else w[1] * attributes.get("group", 1))
        cases.append(case(f"{op} with bias", op, attributes, [real(*x), real(*w), bias], f, checked))
    return cases


def weight_gradient_cases() -> list[dict]:
    """PyTorch's own gradient of the weights, differentiated once and twice more."""
    cases = []
    for x, w, attributes in [
        ([2, 2, 4], [3, 2, 2], {}), ([1, 2, 7], [1, 2, 3], {"strides": [3]}),
        ([1, 2, 3, 3], [4, 1, 2, 2], {"group": 2}),
        ([1, 2, 4, 3], [2, 1, 2, 2], {"strides": [2, 1], "pads": [1, 0, 0, 2], "dilations": [1, 2], "group": 2}),
    ]:
        def gradient(x, dy, w=w, attributes=attributes):
            weights = torch.zeros(w, dtype=torch.float64, requires_grad=True)
            return torch.autograd.grad(conv(x, weights, **attributes), weights, dy, create_graph=True)[0]

        dy = real(*conv(real(*x), real(*w), **attributes).shape)
        attributes = {**attributes, "kernel_shape": w[2:]}
        name = f"ConvWeightGrad {x} {w} {attributes}"
        cases.append(case(name, "ConvWeightGrad", attributes, [real(*x), dy], gradient, checked=False))
    return cases


if __name__ == "__main__":
    write_cases([*convolution_cases(), *weight_gradient_cases()])
