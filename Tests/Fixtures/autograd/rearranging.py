#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes rearranging.json: operators that rearrange blocks and cut triangles."""

from harness import *


def rearranging_cases() -> list[dict]:
    block = {"blocksize": 2}
    shuffle, unshuffle = (lambda x: F.pixel_shuffle(x, 2)), (lambda x: F.pixel_unshuffle(x, 2))
    # PyTorch keeps the channels of a block together; ONNX's default separates them.
    apart = lambda x: shuffle(x.reshape(1, 4, 2, 2, 1).transpose(1, 2).reshape(1, 8, 2, 1))
    together = lambda x: unshuffle(x).reshape(1, 2, 4, 1, 2).transpose(1, 2).reshape(1, 8, 1, 2)
    def pad(name, mode, pads, shape):
        both = integers(0, 0, *pads[::2], 0, 0, *pads[1::2])
        torch_pads = [n for pair in zip(pads[::2][::-1], pads[1::2][::-1]) for n in pair]
        inputs = [real(1, 1, *shape), both]
        function = lambda x, _: F.pad(x, torch_pads, mode={"edge": "replicate", "wrap": "circular"}.get(mode, mode))
        return case(f"Pad {name}", "Pad", {"mode": mode}, inputs, function)

    return [
        pad("reflect", "reflect", [2, 1, 0, 2], [3, 3]), pad("edge", "edge", [2, 1, 0, 4], [3, 3]),
        pad("wrap", "wrap", [2, 1, 3, 2], [3, 3]),
        case("DepthToSpace CRD", "DepthToSpace", {**block, "mode": "CRD"}, [real(1, 8, 1, 2)], shuffle),
        case("DepthToSpace DCR", "DepthToSpace", block, [real(1, 8, 2, 1)], apart),
        case("SpaceToDepth", "SpaceToDepth", block, [real(1, 2, 2, 4)], together),
        case("Trilu upper", "Trilu", {}, [real(2, 3, 3)], torch.triu),
        case("Trilu lower", "Trilu", {"upper": 0}, [real(3, 4), torch.tensor(1)], lambda x, _: x.tril(1)),
    ]


if __name__ == "__main__":
    write_cases(rearranging_cases())
