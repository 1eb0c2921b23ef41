#!/usr/bin/env python3
"""Draws the CSV of scaling.py: milliseconds per iteration by batch and by width, both on logarithmic axes.

    $(Benchmarks/reference/environment) Benchmarks/plot_scaling.py Docs/data/scaling.csv Docs/scaling.png
"""

import argparse
import csv
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot, ticker  # noqa: E402 (the backend comes first)

PANELS = [
    ("batch", "batch size", "wgan-gp-fashion"), ("width", "width of the hidden layers", "critic 784-W-W-1, batch 64")]
STYLES = {"zoo": ("#2f6fb0", "o"), "PyTorch eager": ("#e07a2f", "s"), "PyTorch eager at its best": ("#b0562f", "^"),
          "JAX jit": ("#4f9a4f", "D")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("csv", type=Path)
    parser.add_argument("plot", type=Path)
    options = parser.parse_args()
    with options.csv.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    figure, panels = pyplot.subplots(1, 2, figsize=(11, 4.8), dpi=120, layout="constrained")
    for axes, (axis, label, title) in zip(panels, PANELS):
        ticks = sorted({int(row["value"]) for row in rows if row["axis"] == axis})
        for program, (colour, marker) in STYLES.items():
            points = [row for row in rows if row["axis"] == axis and row["program"] == program]
            axes.plot([int(row["value"]) for row in points], [float(row["milliseconds"]) for row in points],
                      label=program, color=colour, marker=marker, markersize=5, linewidth=1.6)
        axes.set(title=title, xlabel=label, ylabel="milliseconds per iteration", xscale="log", yscale="log")
        axes.xaxis.set_major_locator(ticker.FixedLocator(ticks))
        axes.xaxis.set_minor_locator(ticker.NullLocator())
        axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_formatter(ticker.NullFormatter())
        for direction in (axes.xaxis, axes.yaxis):
            direction.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
        axes.grid(alpha=0.3, which="major", linewidth=0.5)
        axes.legend()
    figure.savefig(options.plot)
    print(options.plot)


if __name__ == "__main__":
    main()
