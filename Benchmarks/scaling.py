#!/usr/bin/env python3
"""Scaling of an MLP WGAN-GP iteration with batch and width: zoo, PyTorch eager, PyTorch at its best, JAX.

Batches 16 to 1024 of `wgan-gp-fashion`, and hidden layers of 64 to 2048 at batch 64 (critic 784-W-W-1, generator
100-W-W-784). All programs take turns at each size. Writes a CSV of medians over the rounds, and plots it.

    Benchmarks/scaling.py [--rounds 3] [--threads 2] [--plot-only]
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from alternating import ROOT, alternate, machine, middle
from programs import Peer, Programs

DOCS = ROOT / "Docs"
BATCHES, WIDTHS = [16, 32, 64, 128, 256, 512, 1024], [64, 128, 256, 512, 1024, 2048]
PEERS = [Peer.EAGER, Peer.BEST, Peer.JAX]
ITERATIONS = 30

WIDE = """\
name: width-{width}
summary: An MLP of a given width, for benchmarks
licence: MIT
algorithm: wgan-gp
dataset: fashion-mnist
networks:
  generator:
    input: [100]
    layers: [{{linear: {width}}}, {{leaky-relu: 0.2}}, {{linear: {width}}}, batch-norm, {{leaky-relu: 0.2}}, \
{{linear: 784}}, tanh]
  critic:
    input: [784]
    layers: [{{linear: {width}}}, {{leaky-relu: 0.2}}, {{linear: {width}}}, {{leaky-relu: 0.2}}, {{linear: 1}}]
settings:
  batch: 64
  criticSteps: 5
  penalty: {{weight: 10}}
  optimizer: {{adam: {{rate: 2e-4, betas: [0.5, 0.999]}}}}
steps: 20000
"""


def recipes(folder: Path) -> list[tuple[str, int, Path]]:
    """A recipe for each point: the varied quantity, its value, the file."""
    fashion = (ROOT / "Models/wgan-gp-fashion.yaml").read_text()
    texts = [("batch", batch, fashion.replace("batch: 64", f"batch: {batch}")) for batch in BATCHES]
    texts += [("width", width, WIDE.format(width=width)) for width in WIDTHS]
    points = []
    for axis, value, text in texts:
        points.append((axis, value, folder / f"{axis}-{value}.yaml"))
        points[-1][2].write_text(text)
    return points


def measure(options: argparse.Namespace, programs: Programs, folder: Path) -> list[list]:
    rows = []
    for axis, value, recipe in recipes(folder):
        print(f"{axis} {value}", file=sys.stderr)
        commands = {"zoo": programs.zoo(str(recipe), ITERATIONS)}
        commands |= {peer: programs.peer(peer, str(recipe), ITERATIONS) for peer in PEERS}
        for name, runs in alternate(commands, options.rounds, options.threads).items():
            rows.append([axis, value, str(name), f"{middle(runs):.4f}"])
    return rows


def write(rows: list[list], options: argparse.Namespace) -> None:
    with options.csv.open("w", newline="", encoding="utf-8") as file:
        file.write(f"# {machine()}, {options.threads} threads, {date.today()}, {options.rounds} alternating rounds\n")
        csv.writer(file, lineterminator="\n").writerows([["axis", "value", "program", "milliseconds"], *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", metavar="DIR", help="folder of Fashion-MNIST's IDX files")
    parser.add_argument("--csv", type=Path, default=DOCS / "data/scaling.csv")
    parser.add_argument("--plot", type=Path, default=DOCS / "scaling.png")
    parser.add_argument("--plot-only", action="store_true", help="draw the existing CSV")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(Path(folder), options.data)
        if not options.plot_only:
            write(measure(options, programs, Path(folder)), options)
        subprocess.run([programs.python, "Benchmarks/plot_scaling.py", options.csv, options.plot], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
