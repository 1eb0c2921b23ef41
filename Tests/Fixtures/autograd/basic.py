#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes basic.json: the operators of an MLP."""

from harness import *


def unary_cases() -> list[dict]:
    functions = [
        ("Abs", torch.abs, real(2, 5)), ("Neg", torch.neg, real(2, 5)), ("Sign", torch.sign, real(2, 5)),
        ("Sqrt", torch.sqrt, positive(2, 5)), ("Reciprocal", torch.reciprocal, real(2, 5) + 3),
        ("Exp", torch.exp, real(2, 5)), ("Log", torch.log, positive(2, 5)),
        ("Tanh", torch.tanh, torch.cat([real(8), exact(-9, 9)])),
        ("Sigmoid", torch.sigmoid, torch.cat([real(8), exact(-30, 30)])),
        ("Relu", torch.relu, real(2, 5)),
        ("Softplus", lambda x: F.softplus(x, threshold=100), torch.cat([real(8), exact(-40, 40)])),
    ]
    cases = [case(op, op, {}, [x], function) for op, function, x in functions]
    at_zero = [("Abs", torch.abs, {}), ("Sign", torch.sign, {}), ("Relu", torch.relu, {}),
               ("LeakyRelu", lambda x: F.leaky_relu(x, 0.2), {"alpha": 0.2})]
    cases += [case(f"{op} at zero", op, attributes, [exact(-1, 0, 1)], f) for op, f, attributes in at_zero]
    cases.append(case("LeakyRelu", "LeakyRelu", {"alpha": 0.2}, [real(2, 5)], lambda x: F.leaky_relu(x, 0.2)))
    cases.append(case("LeakyRelu default", "LeakyRelu", {}, [real(2, 5)], F.leaky_relu))
    return cases


def binary_cases() -> list[dict]:
    functions = {"Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Div": torch.div}
    shapes = {"": ([2, 3], [2, 3]), " row": ([2, 3], [3]), " column": ([2, 3], [2, 1]), " scalar": ([], [2, 3]),
              " both ways": ([2, 1, 3], [4, 1])}
    cases = []
    for op, function in functions.items():
        for suffix, (a, b) in shapes.items():
            divisor = positive(*b) if op == "Div" else real(*b)
            cases.append(case(op + suffix, op, {}, [real(*a), divisor], function))
    cases.append(case("Pow", "Pow", {}, [positive(2, 3), real(2, 3)], torch.pow))
    cases.append(case("Pow broadcast", "Pow", {}, [positive(2, 3), real(3)], torch.pow))
    for exponent in [2, 3]:
        power = lambda x, p: x ** p.item()
        cases.append(case(f"Pow {exponent} of any sign", "Pow", {}, [real(2, 3), integers(exponent)], power))
    for op, function in {"Max": torch.maximum, "Min": torch.minimum}.items():
        cases.append(case(op, op, {}, [real(2, 3), real(2, 3)], function))
        cases.append(case(f"{op} broadcast", op, {}, [real(2, 3), real(2, 1)], function))
        three = lambda a, b, c, function=function: function(function(a, b), c)
        cases.append(case(f"{op} of three", op, {}, [real(2, 3), real(3), real(2, 1)], three))
        cases.append(case(f"{op} ties", op, {}, [exact(1, 2, 3), exact(1, 3, 2)], function))
    mask = torch.tensor([[True, False, True], [False, False, True]])
    cases.append(case("Where", "Where", {}, [mask, real(2, 3), real(2, 3)], torch.where))
    cases.append(case("Where broadcast", "Where", {}, [mask[:1], real(2, 1), real(3)], torch.where))
    return cases


def matrix_cases() -> list[dict]:
    shapes = {"MatMul": ([2, 3], [3, 4]), "MatMul batched": ([2, 2, 3], [2, 3, 2]),
              "MatMul broadcast": ([2, 1, 2, 3], [2, 3, 2]), "MatMul vector on the left": ([3], [3, 4]),
              "MatMul vector on the right": ([2, 3], [3]), "MatMul of vectors": ([3], [3])}
    cases = [case(name, "MatMul", {}, [real(*a), real(*b)], torch.matmul) for name, (a, b) in shapes.items()]

    def gemm(name: str, attributes: dict, c: torch.Tensor | None) -> dict:
        alpha, beta = attributes.get("alpha", 1.0), attributes.get("beta", 1.0)
        trans_a, trans_b = attributes.get("transA", 0), attributes.get("transB", 0)

        def function(a, b, *c):
            product = alpha * ((a.T if trans_a else a) @ (b.T if trans_b else b))
            return product + beta * c[0] if c else product

        a, b = real(*([3, 2] if trans_a else [2, 3])), real(*([4, 3] if trans_b else [3, 4]))
        return case(name, "Gemm", attributes, [a, b] if c is None else [a, b, c], function)

    cases.append(gemm("Gemm without C", {}, None))
    for trans_a in [0, 1]:
        for trans_b in [0, 1]:
            attributes = {"transA": trans_a, "transB": trans_b}
            cases.append(gemm(f"Gemm transA={trans_a} transB={trans_b}", attributes, real(4)))
    scaled = {"alpha": 0.5, "beta": -1.5}
    cases.append(gemm("Gemm alpha and beta", scaled, real(2, 4)))
    cases.append(gemm("Gemm alpha and beta, transposed", {**scaled, "transA": 1, "transB": 1}, real(2, 1)))
    cases.append(gemm("Gemm scalar C", scaled, real()))
    return cases


def reduction_cases() -> list[dict]:
    functions = {"ReduceSum": torch.sum, "ReduceMean": torch.mean, "ReduceMax": torch.amax}
    cases = []
    for op, function in functions.items():
        for axes in [[0], [1], [-1], [0, 2]]:
            for keepdims in [0, 1]:
                f = lambda x, a, axes=axes, keep=keepdims, function=function: function(x, dim=axes, keepdim=bool(keep))
                inputs = [real(2, 3, 2), integers(*axes)]
                cases.append(case(f"{op} axes={axes} keepdims={keepdims}", op, {"keepdims": keepdims}, inputs, f))
        everything = lambda x, function=function: function(x, dim=(0, 1), keepdim=True)
        cases.append(case(f"{op} of everything", op, {}, [real(2, 3)], everything))
        nothing = {"noop_with_empty_axes": 1}
        cases.append(case(f"{op} of nothing", op, nothing, [real(2, 3)], lambda x: x.clone()))
    ties = lambda x, axes: torch.amax(x, dim=[1], keepdim=True)
    tied = torch.tensor([[1.0, 2, 2], [3, 3, 3]], dtype=torch.float64)
    cases.append(case("ReduceMax ties", "ReduceMax", {}, [tied, integers(1)], ties))
    return cases


def batch_normalization_cases() -> list[dict]:
    cases = []
    for suffix, shape in {"": [4, 3], " of images": [2, 3, 2, 2]}.items():
        inputs = [real(*shape), positive(3), real(3), real(3), positive(3)]
        dims, broadcast = [d for d in range(len(shape)) if d != 1], [1, -1] + [1] * (len(shape) - 2)

        def training(x, scale, shift, mean, variance):
            y = F.batch_norm(x, None, None, scale, shift, training=True, eps=0.8)
            running_mean = 0.9 * mean + 0.1 * x.mean(dims)
            return y, running_mean, 0.9 * variance + 0.1 * x.var(dims, unbiased=False)

        def inference(x, scale, shift, mean, variance):
            # The definition: F.batch_norm has no gradient for the running statistics.
            normal = (x - mean.view(broadcast)) / (variance.view(broadcast) + 0.8).sqrt()
            y = normal * scale.view(broadcast) + shift.view(broadcast)
            torch.testing.assert_close(y, F.batch_norm(x, mean.detach(), variance.detach(), scale, shift, eps=0.8))
            return y

        attributes = {"epsilon": 0.8, "momentum": 0.9}
        op = "BatchNormalization"
        cases.append(case(f"{op} training{suffix}", op, {**attributes, "training_mode": 1}, inputs, training))
        cases.append(case(f"{op} inference{suffix}", op, {**attributes, "training_mode": 0}, inputs, inference))
    return cases


def layout_cases() -> list[dict]:
    cases = []
    for axis, shapes in {0: ([2, 3], [1, 3]), 1: ([2, 3], [2, 1], [2, 2]), -1: ([1, 2, 2], [1, 2, 1])}.items():
        join = lambda *parts, axis=axis: torch.cat(parts, dim=axis)
        cases.append(case(f"Concat axis={axis}", "Concat", {"axis": axis}, [real(*s) for s in shapes], join))

    def slice_case(name, shape, starts, ends, axes, steps, function):
        parameters = [integers(*p) if p is not None else None for p in (starts, ends, axes, steps)]
        while parameters[-1] is None:
            parameters.pop()
        return case(f"Slice {name}", "Slice", {}, [real(*shape), *parameters], lambda x, *_: function(x))

    cases.append(slice_case("of an axis", [4, 3], [1], [3], [0], None, lambda x: x[1:3]))
    cases.append(slice_case("of the first axes", [4, 3], [1, 0], [4, 2], None, None, lambda x: x[1:4, 0:2]))
    cases.append(slice_case("from the end", [4, 3], [-2], [9], [-1], None, lambda x: x[:, -2:]))
    cases.append(slice_case("with a step", [5, 3], [0, 1], [5, 3], [0, 1], [2, 1], lambda x: x[0:5:2, 1:3]))
    cases.append(slice_case("backwards", [4, 3], [3], [-9], [0], [-1], lambda x: x.flip(0)))
    cases.append(slice_case("backwards with a step", [5], [4], [0], [0], [-2], lambda x: x[[4, 2]]))

    for perm in [[1, 0], [2, 0, 1], [0, 2, 1]]:
        shape = [2, 3, 4][: len(perm)]
        transpose = lambda x, perm=perm: x.permute(perm)
        cases.append(case(f"Transpose perm={perm}", "Transpose", {"perm": perm}, [real(*shape)], transpose))
    cases.append(case("Transpose default", "Transpose", {}, [real(2, 3, 2)], lambda x: x.permute(2, 1, 0)))

    for shape, target in [([3], [2, 3]), ([2, 1], [2, 3]), ([], [2, 2]), ([3, 1], [2, 1, 4]), ([2, 3], [1])]:
        expand = lambda x, _, shape=shape, target=target: x.expand(torch.broadcast_shapes(shape, target))
        cases.append(case(f"Expand {shape} to {target}", "Expand", {}, [real(*shape), integers(*target)], expand))
    return cases


if __name__ == "__main__":
    write_cases([*unary_cases(), *binary_cases(), *matrix_cases(), *reduction_cases(), *batch_normalization_cases(),
                 *layout_cases()])
