#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes normalization.json: normalisation of each sample on its own.

The functions are definitions, because PyTorch's kernels lack some second derivatives. Values are checked against them.
"""

from harness import *


def normalized(x: torch.Tensor, dims: list[int], eps: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    mean = x.mean(dims, keepdim=True)
    inverse = 1 / ((x - mean).square().mean(dims, keepdim=True) + eps).sqrt()
    return (x - mean) * inverse, mean, inverse


def layer_cases() -> list[dict]:
    cases = []
    for shape, axis, eps in [([2, 4], -1, 1e-5), ([2, 2, 3], 1, 0.5), ([2, 3], 0, 1e-3), ([2, 2, 3], -1, 1e-5)]:
        dims = list(range(axis % len(shape), len(shape)))

        def layer_norm(x, scale, *bias):
            y = normalized(x, dims, eps)[0] * scale + (bias[0] if bias else 0)
            torch.testing.assert_close(y, F.layer_norm(x, shape[axis:], scale, *bias, eps=eps))
            return y

        def rms_norm(x, scale):
            y = x / (x.square().mean(dims, keepdim=True) + eps).sqrt() * scale
            torch.testing.assert_close(y, F.rms_norm(x, shape[axis:], scale, eps=eps))
            return y

        attributes = {"axis": axis, "epsilon": eps}
        x, scale, bias = real(*shape), real(*shape[axis:]), real(*shape[axis:])
        name = f"{shape} axis={axis}"
        cases.append(case(f"LayerNormalization {name}", "LayerNormalization", attributes, [x, scale, bias], layer_norm))
        cases.append(
            case(f"LayerNormalization {name} without B", "LayerNormalization", attributes, [x, scale], layer_norm))
        # The checker supports only opset 21, which lacks the operator.
        cases.append(
            case(f"RMSNormalization {name}", "RMSNormalization", attributes, [x, scale], rms_norm, checked=False))
    broadcast = lambda x, scale, bias: normalized(x, [1], 1e-5)[0] * scale + bias
    cases.append(case("LayerNormalization with parameters that broadcast", "LayerNormalization", {},
                      [real(2, 3), real(2, 1), real(1)], broadcast))
    return cases


def channel_cases() -> list[dict]:
    cases = []
    for shape, groups in [([2, 4, 2], 2), ([2, 3], 1), ([1, 4, 2, 2], 2), ([2, 2, 3], 2)]:
        broadcast = [1, -1] + [1] * (len(shape) - 2)

        def group_norm(x, scale, bias):
            y = normalized(x.reshape(shape[0], groups, -1), [2], 1e-3)[0].reshape(shape)
            y = y * scale.view(broadcast) + bias.view(broadcast)
            torch.testing.assert_close(y, F.group_norm(x, groups, scale, bias, eps=1e-3))
            return y

        attributes = {"num_groups": groups, "epsilon": 1e-3, "stash_type": 11}
        inputs = [real(*shape), real(shape[1]), real(shape[1])]
        cases.append(
            case(f"GroupNormalization {shape} in {groups}", "GroupNormalization", attributes, inputs, group_norm))
    for shape in [[2, 2, 3], [1, 2, 2, 2]]:
        dims, broadcast = list(range(2, len(shape))), [1, -1] + [1] * (len(shape) - 2)

        def instance_norm(x, scale, bias):
            y = normalized(x, dims, 1e-3)[0] * scale.view(broadcast) + bias.view(broadcast)
            torch.testing.assert_close(y, F.instance_norm(x, weight=scale, bias=bias, eps=1e-3))
            return y

        inputs = [real(*shape), real(shape[1]), real(shape[1])]
        cases.append(
            case(f"InstanceNormalization {shape}", "InstanceNormalization", {"epsilon": 1e-3}, inputs, instance_norm))
    return cases


if __name__ == "__main__":
    write_cases([*layer_cases(), *channel_cases()])
