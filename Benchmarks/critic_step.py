#!/usr/bin/env python3
"""Times one update of a critic call by call, on the tape, in zoo and in PyTorch eager, plain and at its best.

The programs take turns, round by round: a busy machine slows all of them. Prints a Markdown table with, for each
thread count, the median over the rounds of each round's median, p10 and p90, and the medians of the rounds' ratios
(below 1: zoo is faster).

    Benchmarks/critic_step.py [--rounds 3] [--iterations 100] [--threads 1 2] [--commit Docs/data/critic-step.md]
"""

import argparse
import platform
from datetime import date
from pathlib import Path

from alternating import FIELDS, ROOT, alternate, machine, markdown, middle, output, publish, ratio


def report(options: argparse.Namespace) -> str:
    python = output("Benchmarks/reference/environment")
    torch = output(python, "-c", "import torch; print(torch.__version__)")
    swift = output("swift", "--version").splitlines()[0]
    arguments = ["--model", options.model, "--bench", str(options.iterations)]
    arguments += ["--data", options.data] if options.data else []
    peer = [python, "Benchmarks/reference/wgangp_torch.py", "--critic"]
    commands = {
        "zoo": [options.binary, *arguments],
        "PyTorch": [*peer, *arguments],
        "PyTorch at its best": [*peer, "--best", *arguments],
    }
    rows = []
    for threads in options.threads:
        runs = alternate(commands, options.rounds, threads)
        cells = ["{:.2f} ({:.2f}–{:.2f})".format(*(middle(runs[name], field) for field in FIELDS)) for name in commands]
        ratios = [f"{ratio(runs['zoo'], runs[name]):.2f}" for name in list(commands)[1:]]
        rows.append([str(threads), *cells, *ratios])
    header = ["Threads", *(f"{name}: median (p10–p90)" for name in commands)]
    header += [f"zoo / {name}" for name in list(commands)[1:]]
    return "\n".join([
        f"One update of the critic of {options.model} on the tape, in milliseconds.", "",
        f"{machine()}, {date.today()}; {swift}; PyTorch {torch} eager, Python {platform.python_version()};"
        f" {options.rounds} alternating rounds of {options.iterations} updates.", "", markdown(header, rows, left=0)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="wgan-gp-fashion-conv", help="a model, or a recipe's path (.yaml)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=100, help="updates per round (default 100)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--binary", type=Path, default=ROOT / ".build/release/CriticStep")
    parser.add_argument("--data", metavar="DIR", help="folder of Fashion-MNIST's IDX files")
    parser.add_argument("--commit", metavar="FILE", type=Path, help="write the table there too")
    options = parser.parse_args()
    publish(report(options), options.commit)


if __name__ == "__main__":
    main()
