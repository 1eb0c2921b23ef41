#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes pooling.json: pooling with sliding windows, and of whole images."""

from harness import *


def pool_cases() -> list[dict]:
    windows = {
        "": ([1, 2, 5], {"kernel_shape": [2]}), " of images": ([1, 2, 4, 3], {"kernel_shape": [3, 2]}),
        " with pads": ([1, 1, 5, 4], {"kernel_shape": [3, 2], "strides": [2, 1], "pads": [1, 1, 1, 1]}),
        " with a ceiling": ([1, 2, 6], {"kernel_shape": [3], "strides": [2], "ceil_mode": 1}),
    }
    cases = []
    for suffix, (shape, attributes) in windows.items():
        rank = len(shape) - 2
        kernel, pads = attributes["kernel_shape"], attributes.get("pads", [0] * rank)[:rank]
        strides, ceil = attributes.get("strides", [1] * rank), bool(attributes.get("ceil_mode", 0))
        greatest, mean = [(F.max_pool1d, F.avg_pool1d), (F.max_pool2d, F.avg_pool2d)][rank - 1]
        function = lambda x: greatest(x, kernel, strides, pads, ceil_mode=ceil)
        cases.append(case("MaxPool" + suffix, "MaxPool", attributes, [real(*shape)], function))
        for include in [0, 1]:
            function = lambda x: mean(x, kernel, strides, pads, ceil_mode=ceil, count_include_pad=bool(include))
            name = f"AveragePool{suffix} count_include_pad={include}"
            settings = {**attributes, "count_include_pad": include}
            cases.append(case(name, "AveragePool", settings, [real(*shape)], function))
    dilated = {"kernel_shape": [2, 3], "dilations": [2, 1], "pads": [1, 1, 1, 1]}
    function = lambda x: F.max_pool2d(x, [2, 3], 1, 1, dilation=[2, 1])
    cases.append(case("MaxPool dilated", "MaxPool", dilated, [real(1, 1, 4, 4)], function))
    both = lambda x: F.max_pool1d(x, 2, 1, return_indices=True)
    cases.append(case("MaxPool and its indices", "MaxPool", {"kernel_shape": [2]}, [real(1, 1, 6)], both))
    tied = exact(1, 1, 0, 2, 2, 2).reshape(1, 1, 6)
    cases.append(case("MaxPool ties", "MaxPool", {"kernel_shape": [3]}, [tied], lambda x: F.max_pool1d(x, 3, 1)))
    tied = exact(1, 3, 3, 0, 2, 2, 1, 2).reshape(1, 2, 2, 2)
    # PyTorch's adaptive pooling, which takes the first of equal elements.
    functions = {"GlobalAveragePool": lambda x: F.adaptive_avg_pool2d(x, 1),
                 "GlobalMaxPool": lambda x: F.adaptive_max_pool2d(x, 1)}
    for op, function in functions.items():
        cases.append(case(op, op, {}, [real(2, 2, 2, 3)], function))
        cases.append(case(f"{op} ties", op, {}, [tied], function))
    return cases


if __name__ == "__main__":
    write_cases(pool_cases())
