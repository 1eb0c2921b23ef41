#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "numpy==2.4.6", "onnx==1.23.2"]
# ///
"""Writes elementwise.json: functions of one argument, remainders, bounds, activations and powers of mixed types."""

from harness import *


def function_cases() -> list[dict]:
    wide, narrow = torch.cat([real(8), exact(-9, 9)]), real(2, 5, low=-0.95, high=0.95)
    functions = [
        ("Sin", torch.sin, wide), ("Cos", torch.cos, wide), ("Tan", torch.tan, real(2, 5)),
        ("Asin", torch.asin, narrow), ("Acos", torch.acos, narrow),
        ("Atan", torch.atan, torch.cat([real(8), exact(-1e3, 1e3)])),
        ("Sinh", torch.sinh, wide), ("Cosh", torch.cosh, wide), ("Asinh", torch.asinh, wide),
        ("Acosh", torch.acosh, real(2, 5, low=1.1, high=6)), ("Atanh", torch.atanh, narrow),
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


def activation_cases() -> list[dict]:
    wide = lambda: torch.cat([real(8, low=-4, high=4), exact(-100, -30, 30, 100)])
    # The definition: F.hardsigmoid has no second derivative.
    hard_sigmoid = lambda x: torch.where((x > -3) & (x < 3), x / 6 + 0.5, (x > 0).to(x.dtype))
    functions = [
        ("HardSigmoid", {"alpha": 1 / 6}, hard_sigmoid, (-3, 3)), ("HardSwish", {}, F.hardswish, (-3, 3)),
        ("Softsign", {}, F.softsign, (0,)), ("Mish", {}, F.mish, ()), ("Elu", {}, F.elu, (0,)),
        ("Elu", {"alpha": 0.5}, lambda x: F.elu(x, 0.5), (0,)), ("Selu", {}, F.selu, (0,)), ("Celu", {}, F.celu, (0,)),
        ("Celu", {"alpha": 0.5}, lambda x: F.celu(x, 0.5), (0,)), ("Gelu", {}, F.gelu, ()),
        ("Gelu", {"approximate": "tanh"}, lambda x: F.gelu(x, approximate="tanh"), ()),
        ("ThresholdedRelu", {}, lambda x: F.threshold(x, 1, 0), (1,)),
        ("ThresholdedRelu", {"alpha": 0.5}, lambda x: F.threshold(x, 0.5, 0), (0.5,)),
    ]
    cases = []
    for op, attributes, function, kinks in functions:
        name = " ".join([op, *(f"{key}={value}" for key, value in attributes.items())])
        # ONNX has Celu for float32 only.
        cases.append(case(name, op, attributes, [wide()], function, checked=op != "Celu"))
        if kinks:
            x = exact(*kinks, -0.25, 0.25)
            cases.append(case(f"{name} at kinks, ties", op, attributes, [x], function, checked=op != "Celu"))
    # The definition: the second derivative of F.prelu at 0 is not the derivative of its first.
    prelu = lambda x, w: torch.where(x > 0, x, w * x)
    for suffix, slope in {"": [], " row": [3], " column": [2, 1]}.items():
        cases.append(case(f"PRelu{suffix}", "PRelu", {}, [real(2, 3), real(*slope)], prelu))
    cases.append(case("PRelu at zero", "PRelu", {}, [exact(-1, 0, 1), real(1)], prelu))
    return cases


def power_cases() -> list[dict]:
    return [
        case("Pow by integers", "Pow", {}, [real(2, 4), integers(0, 1, 2, 3)], torch.pow),
        case("Pow by negative integers", "Pow", {}, [positive(2, 3), integers(-1, -2, -3)], torch.pow),
    ]


if __name__ == "__main__":
    write_cases([*function_cases(), *remainder_cases(), *clip_cases(), *activation_cases(), *power_cases()])
