#!/usr/bin/env python3
"""Times one critic iteration of a model (with a fifth of a generator update) here and in PyTorch eager.

The two alternate, round by round, so that a busy machine slows both. Prints a Markdown table: for each thread count the
median over the rounds of each round's median, p10 and p90, and the ratio of the medians (below 1: zoo is faster).

    Benchmarks/eager_vs_torch.py [--rounds 5] [--iterations 300] [--threads 1 2] [--commit Docs/data/eager-vs-torch.md]
    Benchmarks/eager_vs_torch.py --model wgan-gp-fashion-conv --iterations 20 --commit Docs/data/eager-vs-torch-conv.md
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ["medianMilliseconds", "p10Milliseconds", "p90Milliseconds"]


def output(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """Standard output of a command; its standard error goes to ours."""
    result = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, cwd=ROOT,
                            env={**os.environ, **(environment or {})})
    if result.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with exit code {result.returncode}")
    return result.stdout.strip()


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def measure(commands: dict[str, list], rounds: int, threads: int) -> dict[str, dict[str, float]]:
    results: dict[str, list] = {name: [] for name in commands}
    for index in range(rounds):
        for name, command in commands.items():
            environment = {"OMP_NUM_THREADS": str(threads)}
            results[name].append(json.loads(output(*command, "--threads", str(threads), environment=environment)))
            milliseconds = results[name][-1][FIELDS[0]]
            print(f"{threads} thread(s), round {index + 1}/{rounds}: {name} {milliseconds:.2f} ms", file=sys.stderr)
    return {name: {field: median(row[field] for row in rows) for field in FIELDS} for name, rows in results.items()}


def report(options: argparse.Namespace) -> str:
    python = output("Benchmarks/reference/environment")
    zoo = os.environ.get("ZOO_BIN") or output("script/build")
    torch = output(python, "-c", "import torch; print(torch.__version__)")
    swift = output("swift", "--version").splitlines()[0]
    data = ["--data", options.data] if options.data else []
    count = str(options.iterations)
    commands = {
        "zoo": [zoo, "bench", options.model, "--steps", count, "--json", *data],
        "PyTorch": [python, "Benchmarks/reference/wgangp_torch.py", "--model", options.model, "--bench", count, *data],
    }
    lines = [
        f"One critic iteration of {options.model}, with a fifth of a generator update, in milliseconds.", "",
        f"{processor()}, {os.cpu_count()} CPUs, {date.today()}; {swift}; PyTorch {torch} eager,"
        f" Python {platform.python_version()}; {options.rounds} alternating rounds of {count} iterations.", "",
        "| Threads | zoo: median (p10–p90) | PyTorch: median (p10–p90) | zoo / PyTorch |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for threads in options.threads:
        results = measure(commands, options.rounds, threads)
        cells = ["{0:.2f} ({1:.2f}–{2:.2f})".format(*(results[name][field] for field in FIELDS)) for name in commands]
        ratio = results["zoo"][FIELDS[0]] / results["PyTorch"][FIELDS[0]]
        lines.append(f"| {threads} | {cells[0]} | {cells[1]} | {ratio:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=["wgan-gp-fashion", "wgan-gp-fashion-conv"], default="wgan-gp-fashion")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=300, help="critic iterations a round (default 300)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--data", metavar="DIR", help="folder of Fashion-MNIST's IDX files")
    parser.add_argument("--commit", metavar="FILE", type=Path, help="write the table there too")
    options = parser.parse_args()
    table = report(options)
    print(table, end="")
    if options.commit:
        options.commit.parent.mkdir(parents=True, exist_ok=True)
        options.commit.write_text(table)


if __name__ == "__main__":
    main()
