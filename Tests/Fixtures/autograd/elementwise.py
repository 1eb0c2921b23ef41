#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes elementwise.json: functions of one number, remainders, bounds, activations and powers of mixed types."""

from harness import *


def function_cases() -> list[dict]:
    wide, narrow = torch.cat([real(8), exact(-9, 9)]), real(2, 5, low=-0.95, high=0.95)
    functions = [
        ("Sin", torch.sin, wide), ("Cos", torch.cos, wide), ("Tan", torch.tan, real(2, 5)),
        ("Asin", torch.asin, narrow), ("Acos", torch.acos, narrow),
        ("Atan", torch.atan, torch.cat([real(8), exact(-1e3, 1e3)])),
        ("Sinh", torch.sinh, wide), ("Cosh", torch.cosh, wide),
        ("Erf", torch.erf, torch.cat([real(8), exact(-100, 100)])),
        ("Floor", torch.floor, real(2, 5)), ("Ceil", torch.ceil, real(2, 5)), ("Round", torch.round, real(2, 5)),
    ]
    cases = [case(op, op, {}, [x], function) for op, function, x in functions]
    for op, function in {"Floor": torch.floor, "Ceil": torch.ceil, "Round": torch.round}.items():
        cases.append(case(f"{op} ties", op, {}, [exact(-1.5, -1, -0.5, 0, 0.5, 1, 2.5)], function))
    return cases


def remainder_cases() -> list[dict]:
    cases = []
    for suffix, (a, b) in {"": ([2, 3], [2, 3]), " row": ([2, 3], [3]), " both ways": ([2, 1, 3], [4, 1])}.items():
        inputs = [real(*a, low=-9, high=9), positive(*b) * torch.sign(real(*b))]
        cases.append(case(f"Mod{suffix}", "Mod", {"fmod": 1}, inputs, torch.fmod))
    return cases


def clip_cases() -> list[dict]:
    clip = lambda x, low=None, high=None: torch.clamp(x, low, high)
    low, high = exact(-0.8).reshape([]), exact(0.9).reshape([])
    cases = [
        case("Clip", "Clip", {}, [real(2, 5), low, high], clip),
        case("Clip from below", "Clip", {}, [real(2, 5), low], clip),
        case("Clip from above", "Clip", {}, [real(2, 5), None, high], clip),
        case("Clip without bounds", "Clip", {}, [real(2, 5)], lambda x: x.clone()),
        case("Clip max below min", "Clip", {}, [real(2, 5), high, low], clip),
        case("Clip ties", "Clip", {}, [exact(-1, -0.8, 0, 0.9, 1), low, high], clip),
        case("Clip from below ties", "Clip", {}, [exact(-1, -0.8, 1), low], clip),
    ]
    return cases


if __name__ == "__main__":
    write_cases([*function_cases(), *remainder_cases(), *clip_cases()])
