#!/usr/bin/env python3
"""Times one critic iteration of a model (with its share of a generator update), node by node and in PyTorch eager.

The two alternate, round by round: a busy machine slows both. Prints a Markdown table with, for each thread count, the
median over the rounds of each round's median, p10 and p90, and the median of the rounds' ratios (below 1: zoo is
faster).

    Benchmarks/eager_vs_torch.py [--rounds 5] [--iterations 300] [--threads 1 2] [--commit Docs/data/eager-vs-torch.md]
    Benchmarks/eager_vs_torch.py --model wgan-gp-fashion-conv --iterations 20 --commit Docs/data/eager-vs-torch-conv.md
"""

import argparse
import platform
from datetime import date
from pathlib import Path

from alternating import FIELDS, alternate, machine, markdown, middle, output, publish, ratio, zoo_binary


def report(options: argparse.Namespace) -> str:
    python, zoo = output("Benchmarks/reference/environment"), zoo_binary()
    torch = output(python, "-c", "import torch; print(torch.__version__)")
    swift = output("swift", "--version").splitlines()[0]
    data = ["--data", options.data] if options.data else []
    count = options.iterations
    commands = {
        "zoo": [zoo, "bench", options.model, "--eager", "--steps", count, "--json", *data],
        "PyTorch": [python, "Benchmarks/reference/wgangp_torch.py", "--model", options.model, "--bench", count, *data],
    }
    rows = []
    for threads in options.threads:
        runs = alternate(commands, options.rounds, threads)
        cells = ["{:.2f} ({:.2f}–{:.2f})".format(*(middle(runs[name], field) for field in FIELDS)) for name in commands]
        rows.append([str(threads), *cells, f"{ratio(runs['zoo'], runs['PyTorch']):.2f}"])
    header = ["Threads", "zoo: median (p10–p90)", "PyTorch: median (p10–p90)", "zoo / PyTorch"]
    return "\n".join([
        f"One critic iteration of {options.model}, with its share of a generator update, in milliseconds.", "",
        f"{machine()}, {date.today()}; {swift}, node by node; PyTorch {torch} eager,"
        f" Python {platform.python_version()}; {options.rounds} alternating rounds of {count} iterations.", "",
        markdown(header, rows, left=0)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=["wgan-gp-fashion", "wgan-gp-fashion-conv"], default="wgan-gp-fashion")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=300, help="critic iterations per round (default 300)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--data", metavar="DIR", help="folder of Fashion-MNIST's IDX files")
    parser.add_argument("--commit", metavar="FILE", type=Path, help="write the table there too")
    options = parser.parse_args()
    publish(report(options), options.commit)


if __name__ == "__main__":
    main()
