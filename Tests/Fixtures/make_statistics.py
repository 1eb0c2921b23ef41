#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6"]
# ///
"""Writes statistics.json: statistics of the returns of episodes.

The interquartile mean is scipy.stats.trim_mean(returns, 0.25), as in rliable (arXiv:2108.13264): a quarter of the
sorted returns, rounded down, is left out at each end. Its interval is a percentile bootstrap: 2.5 % and 97.5 % of
the interquartile means of resamples. `deviation` is the standard deviation of each bound over bootstraps with zoo's
number of resamples. Bounds of another generator can be compared with these.
"""

import json
import pathlib

import numpy as np

RESAMPLES = 10_000
BOOTSTRAPS = 60


def interquartile_mean(rows):
    rows = np.sort(rows, axis=-1)
    count = rows.shape[-1]
    cut = int(0.25 * count)
    return rows[..., cut : count - cut].mean(axis=-1)


def bootstrap(returns, random):
    rows = random.integers(0, len(returns), size=(RESAMPLES, len(returns)))
    return np.percentile(interquartile_mean(returns[rows]), [2.5, 97.5])


def case(returns, random):
    returns = np.asarray(returns, dtype=np.float64)
    bounds = np.stack([bootstrap(returns, random) for _ in range(BOOTSTRAPS)])
    return {
        "returns": returns.tolist(),
        "mean": float(returns.mean()),
        "standardDeviation": float(returns.std()),
        "interquartileMean": float(interquartile_mean(returns)),
        "interval": bounds.mean(axis=0).tolist(),
        "deviation": bounds.std(axis=0, ddof=1).tolist(),
    }


def main():
    random = np.random.default_rng(7)
    cases = [
        case([-151.25], random),
        case([3.0, -1.0], random),
        case([5.0, 1.0, 2.5], random),
        case(random.normal(-150, 80, 7), random),
        case(random.normal(0, 1, 10), random),
        case(random.exponential(40, 33), random),
        case(random.normal(-170, 90, 100), random),
        # Most episodes reach the limit.
        case(np.minimum(500, random.normal(520, 60, 101)).round(), random),
        case([500.0] * 20, random),
    ]
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    text = f'{{\n  "numpy": "{np.__version__}",\n  "cases": [\n{lines}\n  ]\n}}\n'
    (pathlib.Path(__file__).parent / "statistics.json").write_text(text)


main()
