#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes onnx/derivatives.json: operators that the importer composes, and their derivatives in PyTorch.

Each record has a model of one node in float64, its inputs, and for each float input
    first   the gradient of s, the sum of the output's elements times cos 0, cos 1, ...
    second  the gradient of the sum of the squares of all first gradients
PyTorch computes both from a function that its documentation, or the paper of the operator, gives. Run by hand, where
these versions are installed; the tests read only the file.
"""

import base64
import json
import platform
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper
from torch import tensor

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)
RECORDS = []


def record(name, operator, function, inputs, attributes={}, opset=24, domain="", fixed=()):
    """Adds a record. `inputs` are tensors by name, None for an omitted one. Integers and `fixed` ones are constants."""
    names = [key if value is not None else "" for key, value in inputs.items()]
    tensors = {key: value for key, value in inputs.items() if value is not None}
    floats = {
        key: value.clone().requires_grad_() for key, value in tensors.items()
        if value.is_floating_point() and key not in fixed}
    values = [floats.get(key, value) for key, value in tensors.items()]
    y = function(*values)
    first = gradients((y * torch.cos(torch.arange(y.numel(), dtype=y.dtype)).reshape(y.shape)).sum(), floats, True)
    squares = sum((gradient ** 2).sum() for gradient in first.values())
    second = gradients(squares, floats, False) if squares.requires_grad else {
        key: torch.zeros_like(value) for key, value in floats.items()}
    node = helper.make_node(operator, names, ["y"], domain=domain, **attributes)
    graph = helper.make_graph(
        [node], operator,
        [helper.make_tensor_value_info(key, TensorProto.DOUBLE, value.shape) for key, value in floats.items()],
        [helper.make_tensor_value_info("y", TensorProto.DOUBLE, None)],
        [onnx.numpy_helper.from_array(value.numpy(), key) for key, value in tensors.items() if key not in floats])
    opsets = [helper.make_opsetid("", opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    model = helper.make_model(graph, opset_imports=opsets)
    RECORDS.append({
        "name": name, "model": base64.b64encode(model.SerializeToString()).decode(),
        "inputs": {key: {"shape": list(value.shape), "values": numbers(value)} for key, value in floats.items()},
        "output": numbers(y), "first": {key: numbers(value) for key, value in first.items()},
        "second": {key: numbers(value) for key, value in second.items()}})


def gradients(total, inputs, create_graph):
    found = torch.autograd.grad(total, list(inputs.values()), create_graph=create_graph, allow_unused=True)
    return {
        key: torch.zeros_like(value) if gradient is None else gradient
        for (key, value), gradient in zip(inputs.items(), found)}


def numbers(value):
    return value.detach().flatten().tolist()


def sampled(image, rows, columns):
    """Pixels of [channels, height, width] between the grid's points, by tents; 0 outside."""
    high = torch.relu(1 - (rows[..., None] - torch.arange(image.shape[1])).abs())
    wide = torch.relu(1 - (columns[..., None] - torch.arange(image.shape[2])).abs())
    return torch.einsum("chw,...h,...w->c...", image, high, wide)


def elementwise():
    x = torch.randn(3, 4)
    record("Shrink", "Shrink", lambda x: torch.where(x > 0.3, x - 0.2, torch.where(x < -0.3, x + 0.2, 0)), {"x": x},
           {"bias": 0.2, "lambd": 0.3})
    record("Swish", "Swish", lambda x: x * torch.sigmoid(1.5 * x), {"x": x}, {"alpha": 1.5})
    record("SwiGLU", "SwiGLU", lambda g, x: F.silu(g) * x, {"g": x, "x": torch.randn(3, 4)}, opset=28)
    record("Sum", "Sum", lambda a, b, c: a + b + c, {"a": x, "b": torch.randn(4), "c": torch.randn(3, 1)})
    record("Mean", "Mean", lambda a, b: (a + b) / 2, {"a": x, "b": torch.randn(4)})
    record("Mod of floats", "Mod", torch.remainder, {"a": 5 * x, "b": torch.tensor([1.3, -0.7, 2.1, -1.9])})
    record("CumProd", "CumProd", lambda x, axis: torch.cumprod(x, 1), {"x": x, "axis": tensor(1)}, opset=26)
    record("Det of 3 x 3", "Det", torch.linalg.det, {"x": torch.randn(2, 3, 3)})
    record("Det of 4 x 4", "Det", torch.linalg.det, {"x": torch.randn(4, 4)})
    lengths = tensor([3, 1])
    record("ReverseSequence", "ReverseSequence",
           lambda x, n: torch.stack([torch.cat([row[:k].flip(0), row[k:]]) for row, k in zip(x ** 2, n)]) ** 0.5,
           {"x": torch.rand(2, 3, 2) + 0.5, "n": lengths}, {"batch_axis": 0, "time_axis": 1})
    record("SpaceToDepth CRD", "SpaceToDepth", lambda x: F.pixel_unshuffle(x, 2), {"x": torch.randn(1, 2, 4, 2)},
           {"blocksize": 2, "mode": "CRD"}, opset=28)


def normalisation_and_pooling():
    x = torch.randn(2, 5, 3, 3)
    record("LRN", "LRN", lambda x: F.local_response_norm(x, 3, 0.5, 0.75, 1.2), {"x": x},
           {"size": 3, "alpha": 0.5, "beta": 0.75, "bias": 1.2})
    record("LpNormalization 2", "LpNormalization", lambda x: F.normalize(x, dim=1), {"x": x}, {"axis": 1, "p": 2})
    record("LpNormalization 1", "LpNormalization", lambda x: F.normalize(x, 1, 2), {"x": x}, {"axis": 2, "p": 1})
    record("MeanVarianceNormalization", "MeanVarianceNormalization",
           lambda x: (x - x.mean((0, 2, 3), True)) / (x.var((0, 2, 3), False, keepdim=True).sqrt() + 1e-9), {"x": x})
    record("LpPool", "LpPool", lambda x: F.lp_pool2d(x, 2, 2), {"x": torch.rand(1, 2, 4, 4) + 0.2},
           {"kernel_shape": [2, 2], "strides": [2, 2]})
    record("GlobalLpPool", "GlobalLpPool", lambda x: (x.abs() ** 3).sum((2, 3), True) ** (1 / 3), {"x": x}, {"p": 3})
    pooled, places = F.max_pool2d(torch.randn(1, 2, 4, 4), 2, return_indices=True)
    flat = places + torch.arange(2).reshape(1, 2, 1, 1) * 16
    record("MaxUnpool", "MaxUnpool", lambda x, i: F.max_unpool2d(x, places, 2) ** 1, {"x": pooled, "i": flat},
           {"kernel_shape": [2, 2], "strides": [2, 2]})
    record("Col2Im", "Col2Im", lambda x, s, k: F.fold(x, (4, 5), (2, 3), padding=(1, 0), stride=(1, 2)),
           {"x": torch.randn(2, 2 * 6, 5 * 2), "s": tensor([4, 5]), "k": tensor([2, 3])},
           {"pads": [1, 0, 1, 0], "strides": [1, 2]})


def losses():
    x, classes = torch.randn(4, 5, 3), torch.randint(0, 5, (4, 3))
    classes[0, 1] = 2
    weight = torch.rand(5) + 0.5
    record("SoftmaxCrossEntropyLoss", "SoftmaxCrossEntropyLoss",
           lambda x, c, w: F.cross_entropy(x, c, w, ignore_index=2), {"x": x, "c": classes, "w": weight},
           {"ignore_index": 2}, fixed="w")
    record("SoftmaxCrossEntropyLoss of each", "SoftmaxCrossEntropyLoss",
           lambda x, c: F.cross_entropy(x, c, reduction="none"), {"x": x, "c": classes}, {"reduction": "none"})
    record("NegativeLogLikelihoodLoss", "NegativeLogLikelihoodLoss",
           lambda x, c, w: F.nll_loss(x, c, w, reduction="sum"), {"x": x, "c": classes, "w": weight},
           {"reduction": "sum"}, fixed="w")


def sampling():
    image, grid = torch.randn(1, 2, 4, 5), 2.4 * torch.rand(1, 3, 2, 2) - 1.2
    for mode, padding, aligned in (
            ("bilinear", "zeros", 0), ("bilinear", "border", 1), ("bilinear", "reflection", 0), ("bicubic", "zeros", 1),
            ("bicubic", "reflection", 0)):
        record(f"GridSample {mode} {padding} {aligned}", "GridSample",
               lambda x, g: F.grid_sample(x, g, mode, padding, bool(aligned)), {"x": image, "g": grid},
               {"mode": {"bilinear": "linear", "bicubic": "cubic"}[mode], "padding_mode": padding,
                "align_corners": aligned})
    record("AffineGrid", "AffineGrid", lambda t, s: F.affine_grid(t, [2, 1, 3, 4], align_corners=False),
           {"t": torch.randn(2, 2, 3), "s": tensor([2, 1, 3, 4])})

    def deformed(x, w, offset, b, mask):
        moves = offset.reshape(2, 4, 2, 2, 3)  # offset group, tap, axis, place
        shares = mask.reshape(2, 4, 2, 3)
        result = 0
        for tap in range(4):
            rows = torch.arange(2)[:, None] + tap // 2 - 0.0
            columns = torch.arange(3) + tap % 2 - 0.0
            parts = [
                sampled(x[0, group:group + 1], rows + moves[group, tap, 0], columns + moves[group, tap, 1])
                * shares[group, tap] for group in range(2)]
            result = result + torch.einsum("oi,ihw->ohw", w[:, :, tap // 2, tap % 2], torch.cat(parts))
        return (result + b[:, None, None])[None]

    record("DeformConv", "DeformConv", deformed,
           {"x": torch.randn(1, 2, 3, 4), "w": torch.randn(3, 2, 2, 2), "offset": torch.randn(1, 16, 2, 3),
            "b": torch.randn(3), "mask": torch.rand(1, 8, 2, 3)}, {"offset_group": 2, "kernel_shape": [2, 2]})

    def pooled(x, rois, batch):
        parts = []
        for roi, image in zip(rois, batch):
            left, top, right, bottom = roi - 0.5
            shares = (torch.arange(4) + 0.5) / 4
            points = sampled(
                x[image], (top + (bottom - top) * shares)[:, None].expand(4, 4), left + (right - left) * shares)
            parts.append(F.avg_pool2d(points, 2))
        return torch.stack(parts)

    record("RoiAlign", "RoiAlign", pooled,
           {"x": torch.randn(2, 2, 6, 6), "rois": tensor([[1.1, 0.9, 4.3, 5.2], [2.2, 1.7, 5.1, 3.9]]),
            "batch": tensor([1, 0])},
           {"output_height": 2, "output_width": 2, "sampling_ratio": 2}, opset=22)


def attention():
    q, k, v = torch.randn(1, 4, 3, 2), torch.randn(1, 2, 3, 2), torch.randn(1, 2, 3, 3)
    record("Attention causal", "Attention",
           lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True),
           {"q": q, "k": k, "v": v}, {"is_causal": 1})
    record("Attention with a mask", "Attention",
           lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, m, enable_gqa=True),
           {"q": q, "k": k, "v": v, "m": torch.randn(3, 3)})
    body = helper.make_graph(
        [helper.make_node("Tanh", ["s"], ["t"])], "score",
        [helper.make_tensor_value_info("s", TensorProto.DOUBLE, None)],
        [helper.make_tensor_value_info("t", TensorProto.DOUBLE, None)])
    record("FlexAttention", "FlexAttention",
           lambda q, k, v: torch.softmax(torch.tanh(q @ k.repeat_interleave(2, 1).mT / 2 ** 0.5), -1)
           @ v.repeat_interleave(2, 1), {"q": q, "k": k, "v": v}, {"score_mod": body}, 26, "ai.onnx.preview")

    def rotated(x, c, s):
        a, b = x[..., :2], x[..., 2:]
        return torch.cat([c[:, None] * a - s[:, None] * b, s[:, None] * a + c[:, None] * b], -1)

    record("RotaryEmbedding", "RotaryEmbedding", rotated,
           {"x": torch.randn(1, 2, 3, 4), "c": torch.randn(1, 3, 2), "s": torch.randn(1, 3, 2)})

    def linear(q, k, v, decay, beta):
        state, rows = torch.zeros(2, 2, 3), []
        for step in range(4):
            key, value = k[0, step].reshape(2, 2), v[0, step].reshape(2, 3)
            state = state * torch.exp(decay[0, step])[:, None, None]
            error = beta[0, step][:, None] * (value - torch.einsum("hkv,hk->hv", state, key))
            state = state + torch.einsum("hk,hv->hkv", key, error)
            query = q[0, step].reshape(2, 2, 2) / 2 ** 0.5
            rows.append(torch.einsum("hgk,hkv->hgv", query, state).flatten())
        return torch.stack(rows)[None]

    record("LinearAttention", "LinearAttention", linear,
           {"q": torch.randn(1, 4, 8), "k": torch.randn(1, 4, 4), "v": torch.randn(1, 4, 6), "": None,
            "decay": -torch.rand(1, 4, 2), "beta": torch.rand(1, 4, 2)}, {"q_num_heads": 4, "kv_num_heads": 2}, 27)
    record("CausalConvWithState", "CausalConvWithState",
           lambda x, w, b, p: F.silu(F.conv1d(torch.cat([p, x], 2), w, b, groups=2)),
           {"x": torch.randn(1, 2, 4), "w": torch.randn(2, 1, 3), "b": torch.randn(2), "p": torch.randn(1, 2, 2)},
           {"activation": "silu"}, 27)
    record("TensorScatter", "TensorScatter",
           lambda c, u, i: torch.stack([torch.cat([u[0, 1:], c[0, 1:3], u[0, :1]]),
                                        torch.cat([c[1, :1], u[1], c[1, 3:]])]) ** 1,
           {"c": torch.randn(2, 4, 2), "u": torch.randn(2, 2, 2), "i": tensor([3, 1])}, {"mode": "circular"})


def signals():
    x = torch.randn(2, 5, 3, 1)
    record("DFT", "DFT", lambda x, a: torch.view_as_real(torch.fft.fft(torch.view_as_complex(x), dim=1)),
           {"x": torch.randn(2, 5, 3, 2), "": None, "a": tensor(1)})
    record("DFT of real numbers", "DFT", lambda x, n, a: torch.view_as_real(torch.fft.rfft(x[..., 0], 7, 1)),
           {"x": x, "n": tensor(7), "a": tensor(1)}, {"onesided": 1})
    record("DFT, inverse, to real numbers", "DFT",
           lambda x, n, a: torch.fft.irfft(torch.view_as_complex(x), 6, 1)[..., None],
           {"x": torch.randn(2, 4, 3, 2), "n": tensor(6), "a": tensor(1)}, {"onesided": 1, "inverse": 1})
    record("STFT", "STFT",
           lambda x, s, w: torch.view_as_real(torch.stft(
               x[..., 0], 4, 2, 4, w, center=False, onesided=True, return_complex=True).mT),
           {"x": torch.randn(2, 9, 1), "s": tensor(2), "w": torch.rand(4) + 0.1})


def main():
    for part in (elementwise, normalisation_and_pooling, losses, sampling, attention, signals):
        part()
    path = Path(__file__).parent / "onnx" / "derivatives.json"
    header = {
        "formula": "see make_onnx_derivatives.py", "torch": torch.__version__, "onnx": onnx.__version__,
        "numpy": np.__version__, "python": platform.python_version()}
    lines = [json.dumps(header)[:-1] + ', "models": [']
    lines += [",\n".join(json.dumps(item) for item in RECORDS), "]}"]
    path.write_text("\n".join(lines) + "\n")
    print(f"{len(RECORDS)} models, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
