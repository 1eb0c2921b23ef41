#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes resize.json: resized images."""

from harness import *


def resize_case(name: str, mode: str, shape: list[int], size: list[int], **attributes) -> dict:
    align = attributes.get("coordinate_transformation_mode") == "align_corners"
    torch_mode = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}[mode]

    def function(x, *_):
        options = {} if mode == "nearest" else {
            "align_corners": align, "antialias": bool(attributes.get("antialias", 0))}
        return F.interpolate(x, size=size, mode=torch_mode, **options)

    inputs = [real(*shape), None, None, integers(*size)]
    return case(name, "Resize", {"mode": mode, "axes": [2, 3], **attributes}, inputs, function)


if __name__ == "__main__":
    corners = {"coordinate_transformation_mode": "align_corners"}
    floor = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    write_cases([
        resize_case("nearest", "nearest", [1, 2, 2, 3], [4, 6], **floor),
        resize_case("linear", "linear", [1, 2, 2, 3], [4, 5]),
        resize_case("linear smaller", "linear", [1, 1, 4, 5], [2, 3]),
        resize_case("linear corners", "linear", [1, 1, 3, 3], [5, 2], **corners),
        resize_case("cubic", "cubic", [1, 1, 3, 3], [5, 4]),
        resize_case("cubic corners", "cubic", [1, 1, 3, 3], [4, 5], **corners),
        resize_case("linear antialias", "linear", [1, 1, 6, 6], [3, 2], antialias=1, exclude_outside=1),
    ])
