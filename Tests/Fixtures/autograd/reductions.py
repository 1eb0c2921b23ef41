#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes reductions.json: reductions other than sums, and selections along an axis."""

from harness import *


def reduction_cases() -> list[dict]:
    def product(x: torch.Tensor, dim: list[int], keepdim: bool) -> torch.Tensor:
        for axis in sorted(dim, reverse=True):
            x = x.prod(axis, keepdim)
        return x

    functions = {
        "ReduceMin": torch.amin, "ReduceProd": product, "ReduceLogSumExp": torch.logsumexp,
        "ReduceL1": lambda x, dim, keepdim: torch.linalg.vector_norm(x, 1, dim, keepdim),
        "ReduceL2": lambda x, dim, keepdim: torch.linalg.vector_norm(x, 2, dim, keepdim),
        "ReduceLogSum": lambda x, dim, keepdim: x.sum(dim, keepdim).log(),
        "ReduceSumSquare": lambda x, dim, keepdim: (x * x).sum(dim, keepdim),
    }
    cases = []
    for op, function in functions.items():
        make = positive if op == "ReduceLogSum" else real
        for dims, keepdims in [([0, 1, 2], 1), ([-1], 0), ([0, 2], 1), ([1], 0)]:
            f = lambda x, axes=None: function(x, [d % 3 for d in dims], bool(keepdims))
            inputs = [make(2, 3, 2)] + ([] if len(dims) == 3 else [integers(*dims)])
            cases.append(case(f"{op} of {dims}, keepdims {keepdims}", op, {"keepdims": keepdims}, inputs, f))
    rows = lambda op: lambda x, axes: functions[op](x, [1], True)
    tied = torch.stack([exact(1, 1, 2), exact(3, 2, 2)])
    cases.append(case("ReduceMin ties", "ReduceMin", {}, [tied, integers(1)], rows("ReduceMin")))
    zeros = torch.stack([exact(0, 1.5, -2), exact(0, 0.5, 0), exact(0, 0, 0)])
    cases.append(case("ReduceProd of zeros", "ReduceProd", {}, [zeros, integers(1)], rows("ReduceProd")))
    cases.append(case("ReduceL1 at zero", "ReduceL1", {}, [exact(0, -1, 2), integers(0)],
                      lambda x, axes: torch.linalg.vector_norm(x, 1, [0], True)))
    large = torch.stack([exact(1000, 1001, 999), exact(-1000, -1002, -1001)])
    cases.append(
        case("ReduceLogSumExp of large numbers", "ReduceLogSumExp", {}, [large, integers(1)], rows("ReduceLogSumExp")))
    masked = torch.stack([exact(-torch.inf, 0.5, 1), exact(0.25, -torch.inf, -torch.inf)])
    masked = torch.where(masked.isinf(), -1e300, masked)
    cases.append(case("ReduceLogSumExp, masked", "ReduceLogSumExp", {}, [masked, integers(1)], rows("ReduceLogSumExp")))
    return cases


def axis_cases() -> list[dict]:
    cases = []
    for op, function in {"Softmax": torch.softmax, "LogSoftmax": torch.log_softmax}.items():
        for shape, axis in [([4], -1), ([2, 3], 0), ([2, 3], 1), ([2, 3, 2], -2)]:
            f = lambda x: function(x, axis)
            cases.append(case(f"{op} of {shape} along {axis}", op, {"axis": axis}, [real(*shape)], f))
        large = torch.stack([exact(1000, 1001, 999), exact(-1000, -1002, -1001)])
        cases.append(case(f"{op} of large numbers", op, {}, [large], lambda x: function(x, -1)))
    shifted = lambda x, axis: torch.cat(
        [torch.zeros_like(x.narrow(axis, 0, 1)), x.narrow(axis, 0, x.shape[axis] - 1)], axis)
    for exclusive, reverse in [(0, 0), (1, 0), (0, 1), (1, 1)]:
        def total(x: torch.Tensor, axis: torch.Tensor) -> torch.Tensor:
            x = x.flip(1) if reverse else x
            x = (shifted(x, 1) if exclusive else x).cumsum(1)
            return x.flip(1) if reverse else x
        name = f"CumSum, exclusive {exclusive}, reverse {reverse}"
        attributes = {"exclusive": exclusive, "reverse": reverse}
        cases.append(case(name, "CumSum", attributes, [real(2, 4), torch.tensor(1)], total))
    return cases


if __name__ == "__main__":
    write_cases([*reduction_cases(), *axis_cases()])
