#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes indexing.json: operators that read or write elements at indices."""

from harness import *


def indices(shape: list[int], *values: int) -> torch.Tensor:
    return integers(*values).reshape(shape)


def is_equal(shape: list[int], index: torch.Tensor, axis: int) -> bool:
    """The reference evaluator requires as many indices as elements along the other axes; the operators do not."""
    return all(a == b for d, (a, b) in enumerate(zip(shape, index.shape)) if d != axis % len(shape))


def gather_cases() -> list[dict]:
    cases = []
    for name, shape, axis, index in [
        ("rows", [3, 2], 0, indices([4], 2, 0, 2, 1)), ("columns", [2, 3], -1, indices([2], 0, 2)),
        ("middle, matrix", [2, 3, 2], 1, indices([2, 2], 0, 2, 1, 1)), ("scalar", [2, 3], 1, indices([], 1)),
    ]:
        def function(x, i, axis=axis):
            axis = axis % x.ndim
            return x.index_select(axis, i.flatten()).reshape(x.shape[:axis] + i.shape + x.shape[axis + 1:])

        cases.append(case(f"Gather {name}", "Gather", {"axis": axis}, [real(*shape), index], function))
    for name, shape, axis, index in [
        ("rows", [3, 2], 0, indices([3, 2], 2, 0, 2, 1, 0, 0)), ("columns", [2, 3], 1, indices([2, 1], 0, 2)),
        ("fewer", [2, 3, 2], 1, indices([1, 4, 1], 0, 2, 1, 1)),
    ]:
        function = lambda x, i, axis=axis: x.gather(axis, i)
        inputs, op = [real(*shape), index], "GatherElements"
        cases.append(case(f"{op} {name}", op, {"axis": axis}, inputs, function, checked=is_equal(shape, index, axis)))
    elements = indices([3, 2], 0, 1, 1, 2, 0, 1)
    cases.append(case("GatherND elements", "GatherND", {}, [real(2, 3), elements], lambda x, i: x[i[:, 0], i[:, 1]]))
    cases.append(case("GatherND rows", "GatherND", {}, [real(3, 2), indices([2, 1], 2, 2)], lambda x, i: x[i[:, 0]]))
    batched = lambda x, i: torch.stack([a[b[:, 0]] for a, b in zip(x, i)])
    index = indices([2, 2, 1], 1, 1, 2, 0)
    cases.append(case("GatherND batch", "GatherND", {"batch_dims": 1}, [real(2, 3, 2), index], batched))
    return cases


REDUCTIONS = {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}


def scatter_cases() -> list[dict]:
    places = [("rows", [3, 2], 0, indices([3, 2], 2, 0, 2, 1, 0, 0)),
              ("columns", [2, 3], -1, indices([2, 2], 0, 2, 1, 1)),
              ("fewer", [2, 3, 2], 1, indices([1, 4, 1], 0, 2, 1, 1))]
    cases = []
    op = "ScatterElements"
    for name, shape, axis, index in [places[1], ("rows", [3, 2], 0, indices([2, 2], 2, 0, 1, 1))]:
        if name == "columns":
            index = indices([2, 2], 0, 2, 1, 0)
        function = lambda x, i, u, axis=axis: x.scatter(axis, i, u)
        cases.append(case(f"{op} {name}", op, {"axis": axis}, [real(*shape), index, real(*index.shape)], function))
    # ONNX excludes duplicate indices; PyTorch's gradient counts all of them.
    twice = [real(3), integers(1, 1, 0), real(3)]
    cases.append(case(f"{op} twice", op, {}, twice, lambda x, i, u: x.scatter(0, i, u)))
    for reduction, torch_name in REDUCTIONS.items():
        for name, shape, axis, index in places:
            attributes = {"axis": axis, "reduction": reduction}
            function = lambda x, i, u, axis=axis, r=torch_name: x.scatter_reduce(axis, i, u, r)
            inputs = [real(*shape), index, real(*index.shape)]
            cases.append(case(f"{op} {reduction} {name}", op, attributes, inputs, function))
    zero = [exact(2, 0, 3), integers(0, 0, 1, 1), exact(0, 5, 7, 2)]
    product = lambda x, i, u: x.scatter_reduce(0, i, u, "prod")
    cases.append(case(f"{op} mul by a zero", op, {"reduction": "mul"}, zero, product))
    ties = [exact(1, 2, 3), integers(0, 0, 1, 2, 2), exact(1, 1, 2, 3, 0)]
    for reduction in ["max", "min"]:
        function = lambda x, i, u, r=REDUCTIONS[reduction]: x.scatter_reduce(0, i, u, r)
        cases.append(case(f"{op} {reduction} ties", op, {"reduction": reduction}, ties, function))

    op = "ScatterND"
    put = lambda x, i, u: x.index_put((i[:, 0],), u)
    cases.append(case(f"{op} rows", op, {}, [real(3, 2), indices([2, 1], 2, 0), real(2, 2)], put))
    elements = lambda x, i, u: x.index_put((i[:, 0], i[:, 1]), u)
    cases.append(case(f"{op} elements", op, {}, [real(3, 2), indices([2, 2], 2, 0, 1, 1), real(2)], elements))
    for reduction, torch_name in REDUCTIONS.items():
        def rows(x, i, u, r=torch_name):
            return x.scatter_reduce(0, i.expand(u.shape), u, r)

        inputs = [real(3, 2), indices([4, 1], 2, 0, 2, 1), real(4, 2)]
        cases.append(case(f"{op} {reduction} rows", op, {"reduction": reduction}, inputs, rows))
    accumulate = lambda x, i, u: x.index_put((i[:, 0], i[:, 1]), u, accumulate=True)
    inputs = [real(3, 2), indices([3, 2], 2, 0, 1, 1, 2, 0), real(3)]
    cases.append(case(f"{op} add elements", op, {"reduction": "add"}, inputs, accumulate))
    return cases


if __name__ == "__main__":
    write_cases([*gather_cases(), *scatter_cases()])
