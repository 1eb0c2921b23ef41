#!/usr/bin/env python3
"""Times single operators on small tensors in zoo and in PyTorch eager: forward, and forward with all gradients.

The two alternate, round by round: a busy machine slows both. Prints a Markdown table for each thread count: the median
over the rounds in microseconds, and the median of the rounds' ratios (below 1: zoo is faster).

    Benchmarks/operator_cost.py [--rounds 3] [--threads 1 2] [--binary .build/release/OperatorCost] [--python PYTHON]
                                [--commit Docs/data/operator-cost.md]
"""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from statistics import geometric_mean, median
from time import perf_counter

from alternating import ROOT, machine, publish, run


def time(body) -> float:
    """Microseconds per call: the minimum over many short batches, which other work on the machine does not change."""
    def measure(count: int) -> float:
        start = perf_counter()
        for _ in range(count):
            body()
        return (perf_counter() - start) * 1e6 / count

    measure(100)
    count = max(1, int(300 / measure(100)))
    return min(measure(count) for _ in range(80))


def torch_results(threads: int) -> dict:
    import torch
    from torch.nn import functional as F

    torch.set_num_threads(threads)
    results: dict = {}
    for shape in [[64, 64], [8]]:
        count = torch.Size(shape).numel()
        def tensor(factor: int) -> torch.Tensor:
            numbers = [0.25 + k * factor % 97 / 100 for k in range(count)]
            return torch.tensor(numbers).reshape(shape).requires_grad_(True)

        def chain(x: torch.Tensor) -> torch.Tensor:
            y = x
            for _ in range(10):
                y = (y * x).tanh()
            return y

        a, b = tensor(31), tensor(57)
        is_large = a.detach() > b.detach()
        unary = {
            "Neg": lambda x: -x, "Abs": lambda x: x.abs(), "Exp": lambda x: x.exp(), "Log": lambda x: x.log(),
            "Sqrt": lambda x: x.sqrt(), "Tanh": lambda x: x.tanh(), "Sigmoid": lambda x: x.sigmoid(),
            "Relu": lambda x: x.relu(), "LeakyRelu": lambda x: F.leaky_relu(x, 0.2),
            "Softplus": lambda x: F.softplus(x), "Reciprocal": lambda x: x.reciprocal(),
            "Pow 2": lambda x: x.pow(2), "Mul number": lambda x: x * 2,
            "Sum": lambda x: x.sum(), "Mean": lambda x: x.mean(), "Sum last": lambda x: x.sum(-1),
            "Amax": lambda x: x.amax(), "Norm": lambda x: x.norm(), "Reshape": lambda x: x.reshape([1] + shape),
            "Slice": lambda x: x[1:5], "10 × Mul, Tanh": chain,
        }
        binary = {
            "Add": lambda x, y: x + y, "Sub": lambda x, y: x - y, "Mul": lambda x, y: x * y, "Div": lambda x, y: x / y,
            "Maximum": lambda x, y: torch.maximum(x, y), "Where": lambda x, y: torch.where(is_large, x, y),
            "Concat": lambda x, y: torch.cat([x, y]),
        }
        cases = [(name, [a], f) for name, f in unary.items()] + [(name, [a, b], f) for name, f in binary.items()]
        if len(shape) == 2:
            bias = torch.full([shape[1]], 0.5, requires_grad=True)
            cases += [
                ("MatMul", [a, b], lambda x, y: x @ y), ("Transpose", [a], lambda x: x.t()),
                ("Transpose, Add", [a, b], lambda x, y: x.t() + y),
                ("Add row", [a, bias], lambda x, y: x + y), ("Linear", [a, b, bias], F.linear),
            ]
        for name, inputs, function in cases:
            vector = torch.ones_like(function(*inputs))

            def forward() -> None:
                function(*inputs)

            def gradient() -> None:
                torch.autograd.grad(function(*inputs), inputs, vector)

            with torch.no_grad():
                row = {"forward": time(forward)}
            results.setdefault(name, {})[str(shape)] = {**row, "gradient": time(gradient)}
    return results


def report(options: argparse.Namespace, threads: int) -> str:
    zoo, torch = [], []
    for index in range(options.rounds):
        zoo.append(run([options.binary, "--threads", threads], threads).result)
        torch.append(run([options.python, __file__, "--torch", "--threads", threads], threads).result)
        print(f"{threads} thread(s), round {index + 1}/{options.rounds}", file=sys.stderr)
    columns = [(shape, kind) for shape in ["[64, 64]", "[8]"] for kind in ["forward", "gradient"]]
    lines = [
        f"Microseconds per call, zoo / PyTorch = ratio; {threads} thread(s), {options.rounds} alternating rounds.", "",
        "| Operator | " + " | ".join(f"{shape} {kind}" for shape, kind in columns) + " |",
        "| --- |" + " ---: |" * len(columns),
    ]
    ratios: dict = {column: [] for column in columns}
    for name in zoo[0]:
        cells = []
        for shape, kind in columns:
            if shape not in zoo[0][name]:
                cells.append("")
                continue
            ours, theirs = ([row[name][shape][kind] for row in rows] for rows in (zoo, torch))
            ratio = median(a / b for a, b in zip(ours, theirs))
            ratios[shape, kind].append(ratio)
            cells.append(f"{median(ours):.2f} / {median(theirs):.2f} = {ratio:.2f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines.append("| **geometric mean** | " + " | ".join(f"**{geometric_mean(ratios[c]):.2f}**" for c in columns) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/OperatorCost")
    parser.add_argument("--python", default=sys.executable, help="a Python with PyTorch")
    parser.add_argument("--commit", metavar="FILE", type=Path, help="write the tables there too")
    parser.add_argument("--torch", action="store_true", help="print PyTorch's times as JSON and end")
    options = parser.parse_args()
    if options.torch:
        print(json.dumps(torch_results(options.threads[0])))
        return
    reports = [report(options, threads) for threads in options.threads]
    publish("\n".join([f"{machine()}, {date.today()}\n", *reports]).rstrip(), options.commit)


if __name__ == "__main__":
    main()
