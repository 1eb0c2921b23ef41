#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["mizani==0.14.6", "numpy==2.4.6"]
# ///
"""Writes ticks.json: round values for axes by mizani, a port of R's package `labeling`, whose `extended` is by Talbot.

Ranges of all sizes and signs, and random ones. Each case has the ends of the range, the desired number of values, and
the values, of which those outside of the range are left out.
"""

import json
import pathlib

import numpy as np
from mizani.breaks import breaks_extended

NAMED = [
    (8.1, 14.1, 4),  # the example in R's documentation: 8, 10, 12, 14
    (0, 1, 5), (0, 100, 5), (0, 7, 8), (0, 20000, 6), (-5.473, 6.058, 5), (-187.3, -12.9, 6), (-1, -0.001, 5),
    (1.2e-7, 9.7e-7, 5), (-3e9, 8e9, 5), (1e6, 1000001, 5), (0.05, 0.06, 4), (1999, 2013, 7), (3.14159, 3.1416, 5),
    (-1e100, 1e100, 5), (1e-12, 5e-12, 6), (123456789, 123456999, 4), (-0.3, 0.3, 3), (0, 999999, 9), (17, 18, 2),
]


def main() -> None:
    random = np.random.default_rng(7)
    cases = list(NAMED)
    for _ in range(200):
        size = 10 ** random.uniform(-6, 9)
        low = float(random.normal() * size)
        cases.append((low, low + float(random.uniform(0.01, 3) * size), int(random.integers(2, 12))))
    written = []
    for low, high, count in cases:
        values = [float(value) for value in breaks_extended(n=count)((low, high))]
        tolerance = (high - low) * 1e-9
        inside = [value for value in values if low - tolerance <= value <= high + tolerance]
        written.append({"low": low, "high": high, "count": count, "values": inside})
    path = pathlib.Path(__file__).with_name("ticks.json")
    lines = ",\n".join("  " + json.dumps(case) for case in written)
    path.write_text('{"cases": [\n' + lines + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
