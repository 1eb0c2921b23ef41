#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["matplotlib==3.11.2", "numpy==2.4.6"]
# ///
"""Draws the Wasserstein estimate of a zoo run beside that of PyTorch's reference run.

    $(Benchmarks/reference/environment) Benchmarks/plot_curves.py metrics.csv [--output Docs/wgan-gp-fashion.png]

Both files are CSV with the columns step, wasserstein, penalty and critic (in any order, others are ignored); lines that
begin with # are comments. A row is a step or an average over some steps. Both curves are averaged over windows of equal
length in steps before they are drawn.
"""

import argparse
import csv
import sys
from pathlib import Path

import matplotlib
import numpy

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402 (the backend comes first)

DOCS = Path(__file__).resolve().parent.parent / "Docs"


def read(path: Path) -> dict[str, numpy.ndarray]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    columns = ("step", "wasserstein", "penalty")
    missing = [name for name in columns if not rows or name not in rows[0]]
    if missing:
        sys.exit(f"{path}: expected rows with the columns {', '.join(columns)}; missing: {', '.join(missing)}")
    return {name: numpy.array([float(row[name]) for row in rows]) for name in columns}


def averaged(steps: numpy.ndarray, values: numpy.ndarray, window: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Means over the windows (0, window], (window, 2 window], … drawn at each window's middle."""
    bins = numpy.ceil(steps / window).astype(int)
    counts, sums = numpy.bincount(bins), numpy.bincount(bins, values)
    used = numpy.flatnonzero(counts)
    return (used - 0.5) * window, sums[used] / counts[used]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("metrics", type=Path, help="CSV of a zoo run")
    parser.add_argument("--reference", type=Path, default=DOCS / "data" / "reference-wgangp.csv")
    parser.add_argument("--output", type=Path, default=DOCS / "wgan-gp-fashion.png")
    parser.add_argument("--window", type=int, default=250, help="steps to average over (default 250)")
    options = parser.parse_args()

    figure, (top, bottom) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 6), dpi=120, layout="constrained")
    curves = [("PyTorch", options.reference, "#e07a2f"), ("zoo", options.metrics, "#2f6fb0")]
    for label, path, colour in curves:
        metrics = read(path)
        for axes, name in [(top, "wasserstein"), (bottom, "penalty")]:
            curve = averaged(metrics["step"], metrics[name], options.window)
            axes.plot(*curve, color=colour, label=label, linewidth=1.6)
    top.set_title("wgan-gp-fashion: MLP WGAN-GP on Fashion-MNIST")
    top.set_ylabel("Wasserstein estimate\nmean D(real) − mean D(fake)")
    bottom.set_ylabel("penalty (unweighted)\nmean (‖∇D(x̂)‖₂ − 1)²")
    bottom.set_xlabel(f"critic steps (means over {options.window} steps)")
    for axes in (top, bottom):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(matplotlib.ticker.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_formatter(matplotlib.ticker.NullFormatter())
        axes.grid(alpha=0.3, which="both", linewidth=0.5)
        axes.legend()
    figure.savefig(options.output)
    print(options.output)


if __name__ == "__main__":
    main()
