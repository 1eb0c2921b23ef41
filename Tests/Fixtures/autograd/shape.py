#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes shape.json: operators that reshape, split or repeat elements."""

from harness import *


def shape_cases() -> list[dict]:
    cases = [
        case("Squeeze", "Squeeze", {}, [real(1, 2, 1)], lambda x: x.squeeze()),
        case("Squeeze of an axis", "Squeeze", {}, [real(1, 2, 1), integers(-1)], lambda x, _: x.squeeze(-1)),
        case("Unsqueeze", "Unsqueeze", {}, [real(2, 3), integers(0, 2)], lambda x, _: x.unsqueeze(0).unsqueeze(2)),
        case("Flatten", "Flatten", {}, [real(2, 3, 2)], lambda x: x.flatten(1)),
        case("Flatten axis=2", "Flatten", {"axis": 2}, [real(2, 3, 2)], lambda x: x.flatten(0, 1)),
    ]
    for shape, repeats in [([3], [2]), ([2, 3], [2, 2]), ([2, 1, 2], [1, 3, 2])]:
        tile = lambda x, _, repeats=repeats: x.tile(repeats)
        cases.append(case(f"Tile {shape} {repeats}", "Tile", {}, [real(*shape), integers(*repeats)], tile))
    sizes = lambda x, _: x.split([1, 3], dim=1)
    cases.append(case("Split sizes", "Split", {"axis": 1}, [real(2, 4), integers(1, 3)], sizes))
    cases.append(case("Split", "Split", {"num_outputs": 3}, [real(5, 2)], lambda x: x.split(2)))
    return cases


if __name__ == "__main__":
    write_cases(shape_cases())
