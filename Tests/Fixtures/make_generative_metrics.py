#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy==2.4.6", "scipy==1.17.1"]
# ///
"""Writes generative_metrics.json: metrics of generated samples by NumPy and SciPy, for small arrays of all kinds.

- `frechet`: scipy.linalg.sqrtm of the product of both covariances; where one of them is singular, for which that root
  loses half of its digits, the sum of the singular values of X₁X₂ᵀ, whose squares are its eigenvalues.
- `kernel`: the unbiased estimate of MMD², all pairs.
- `precision`, `recall`: scipy.spatial.distance.cdist, balls with the radius of the third neighbour.
- `sliced`: scipy.stats.wasserstein_distance along each direction.
- `neighbours`: the nearest row of `first` to each row of `second`.
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist
from scipy.stats import wasserstein_distance

NEIGHBOURS = 3


def frechet(first, second):
    (m, n), means = (len(first), len(second)), first.mean(axis=0) - second.mean(axis=0)
    a, b = np.atleast_2d(np.cov(first, rowvar=False)), np.atleast_2d(np.cov(second, rowvar=False))
    if min(np.linalg.matrix_rank(a), np.linalg.matrix_rank(b)) == a.shape[0]:
        shared = np.trace(sqrtm(a @ b)).real
    else:
        product = (first - first.mean(axis=0)) @ (second - second.mean(axis=0)).T
        shared = np.linalg.svd(product, compute_uv=False).sum() / np.sqrt((m - 1) * (n - 1))
    return means @ means + np.trace(a) + np.trace(b) - 2 * shared


def kernel(first, second):
    def k(x, y):
        return (x @ y.T / x.shape[1] + 1) ** 3

    m, n = len(first), len(second)
    own, other = k(first, first), k(second, second)
    return ((own.sum() - np.trace(own)) / (m * (m - 1)) + (other.sum() - np.trace(other)) / (n * (n - 1))
            - 2 * k(first, second).mean())


def share_inside(points, support):
    radii = np.sort(cdist(support, support), axis=1)[:, NEIGHBOURS]
    return float((cdist(points, support) <= radii).any(axis=1).mean())


def case(name, first, second, random):
    first, second = np.float32(first), np.float32(second)
    directions = random.normal(size=(5, first.shape[1]))
    directions = np.float32(directions / np.linalg.norm(directions, axis=1, keepdims=True))
    x, y, lines = first.astype(float), second.astype(float), directions.astype(float)
    return {
        "name": name, "width": first.shape[1], "first": first.ravel().tolist(), "second": second.ravel().tolist(),
        "directions": directions.ravel().tolist(),
        "mean": x.mean(axis=0).tolist(), "covariance": np.atleast_2d(np.cov(x, rowvar=False)).ravel().tolist(),
        "frechet": float(frechet(x, y)), "kernel": float(kernel(x, y)),
        "precision": share_inside(y, x), "recall": share_inside(x, y),
        "sliced": [float(wasserstein_distance(x @ line, y @ line)) for line in lines],
        "neighbours": cdist(y, x).argmin(axis=1).tolist(),
    }


def main():
    random = np.random.default_rng(7)
    mix = random.normal(size=(6, 6))
    some, other = random.normal(size=(40, 6)) @ mix, random.normal(size=(25, 6)) @ mix.T + 0.5
    few, wide = random.normal(size=(7, 12)), random.normal(size=(9, 12)) + 0.25
    flat = random.normal(size=(20, 2)) @ random.normal(size=(2, 5))
    line, shifted = random.normal(size=(30, 1)), random.exponential(size=(17, 1)) + 2
    repeated = np.repeat(random.normal(size=(4, 3)), 5, axis=0)
    far = random.normal(size=(20, 4))
    cases = [
        case("full rank, different counts", some, other, random),
        case("equal sets", some, some, random),
        case("the same set in another order", some, some[random.permutation(40)], random),
        case("fewer samples than dimensions", few, wide, random),
        case("equal sets of fewer samples than dimensions", few, few, random),
        case("a plane in five dimensions", flat, flat[:12] * 1.5 + 1, random),
        case("one dimension", line, shifted, random),
        case("equal sets of one dimension", line, line, random),
        case("samples that are repeated", repeated, np.concatenate([repeated[:10], repeated[:10] + 1e-3]), random),
        case("a constant set", np.ones((6, 3)), random.normal(size=(8, 3)), random),
        case("far from the origin", far + 1000, random.normal(size=(22, 4)) + 1000, random),
        case("disjoint sets", far, far + 50, random),
        case("the fewest samples", random.normal(size=(4, 2)), random.normal(size=(4, 2)), random),
    ]
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    text = f'{{\n  "numpy": "{np.__version__}", "scipy": "{scipy.__version__}",\n  "cases": [\n{lines}\n  ]\n}}\n'
    (pathlib.Path(__file__).parent / "generative_metrics.json").write_text(text)


main()
