#!/usr/bin/env python3
"""Times the matrix products of one WGAN-GP iteration of an MLP recipe alone, through oneDNN's matmul primitive.

One iteration is a critic update and the recipe's share of a generator update. Prints JSON; --list prints the products.

    Benchmarks/matmul_roofline.py [--model wgan-gp-fashion] [--threads 1] [--bench 200] [--list]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Benchmarks/reference"))

from recipe import Layer, Recipe, load  # noqa: E402


@dataclass(frozen=True)
class Product:
    """[m, k] times [k, n]; `a` and `b` are true if that operand is stored transposed."""

    what: str
    m: int
    n: int
    k: int
    a: bool = False
    b: bool = False


def linear(network: str, layers: list[Layer]) -> list[tuple[str, int, int]]:
    """The linear layers: name, number of inputs, number of outputs. Weights are stored [outputs, inputs]."""
    widths = [(layer.inputs[0], layer.outputs[0]) for layer in layers if layer.kind == "linear"]
    return [(f"{network} layer {index}", *sizes) for index, sizes in enumerate(widths, 1)]


def forward(batch: int, layers, of: str) -> list[Product]:
    """y = x Wᵀ"""
    return [Product(f"{name}: forward of {of}", batch, outputs, inputs, b=True) for name, inputs, outputs in layers]


def input_gradients(batch: int, layers, of: str) -> list[Product]:
    """dx = dy W"""
    return [
        Product(f"{name}: gradient of its input, {of}", batch, inputs, outputs)
        for name, inputs, outputs in reversed(layers)]


def weight_gradients(batch: int, layers, of: str) -> list[Product]:
    """dW = dyᵀ x"""
    return [
        Product(f"{name}: gradient of its weight, {of}", outputs, inputs, batch, a=True)
        for name, inputs, outputs in layers]


def critic_update(recipe: Recipe) -> list[Product]:
    batch = recipe.batch
    generator, critic = linear("generator", recipe.generator), linear("critic", recipe.critic)
    products = forward(batch, generator, "noise")
    for samples in ("real", "fake"):
        products += forward(batch, critic, samples)
        # The gradient of a sample is not needed.
        products += input_gradients(batch, critic[1:], samples) + weight_gradients(batch, critic, samples)
    # The penalty: the gradient of the scores by the interpolates, and then that gradient's own gradient. The latter
    # passes through the products dx = dy W from the first layer to the last: d(dy) = d(dx) Wᵀ has the form of a forward
    # pass. Nothing flows back into the forward pass, because leaky ReLU has no second derivative. The scores' gradient
    # starts with ones, whose gradient is not needed.
    products += forward(batch, critic, "interpolates") + input_gradients(batch, critic, "interpolates")
    products += forward(batch, critic[:-1], "the penalty's gradient")
    products += weight_gradients(batch, critic, "the penalty's gradient")
    return products


def generator_update(recipe: Recipe) -> list[Product]:
    batch = recipe.batch
    generator, critic = linear("generator", recipe.generator), linear("critic", recipe.critic)
    return [
        *forward(batch, generator, "noise"), *forward(batch, critic, "fake"), *input_gradients(batch, critic, "fake"),
        *input_gradients(batch, generator[1:], "noise"), *weight_gradients(batch, generator, "noise")]


def compile_program(folder: Path) -> Path:
    program = folder / "matmul_roofline"
    source = ROOT / "Benchmarks/matmul_roofline.c"
    subprocess.run([os.environ.get("CC", "cc"), "-O2", source, "-o", program, "-ldnnl"], check=True)
    return program


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--model", default="wgan-gp-fashion", help="a model of linear layers, or a recipe's path (.yaml)")
    parser.add_argument("--threads", type=int, default=1, help="threads (default 1)")
    parser.add_argument("--bench", type=int, metavar="N", default=200, help="critic iterations to time (default 200)")
    parser.add_argument("--list", action="store_true", help="print the products instead of timing them")
    options = parser.parse_args()
    recipe = load(options.model)
    steps = recipe.critic_steps
    counted = [(steps, product) for product in critic_update(recipe)]
    counted += [(1, product) for product in generator_update(recipe)]
    if options.list:
        for count, p in counted:
            print(f"{count / steps:.2f} × {p.m:4} × {p.n:4} × {p.k:4}  A{'ᵀ' * p.a} B{'ᵀ' * p.b}  {p.what}")
        print(f"{sum(2 * count * p.m * p.n * p.k for count, p in counted) / steps / 1e9:.4f} GFLOP per iteration")
        return
    lines = "".join(f"{count} {p.m} {p.n} {p.k} {p.a:d} {p.b:d}\n" for count, p in counted)
    with tempfile.TemporaryDirectory() as folder:
        program = compile_program(Path(folder))
        cycles = max(1, options.bench // steps)
        subprocess.run([program, str(cycles), str(steps)], input=lines, text=True, check=True,
                       env={**os.environ, "OMP_NUM_THREADS": str(options.threads)})


if __name__ == "__main__":
    main()
