"""A recipe's networks in JAX: pure functions of parameters, a list with an entry for each layer.

Running statistics of batch normalisation are a list of the same length, with None for layers that have none.
"""

import jax
import numpy
from jax import lax, nn
from jax import numpy as jnp
from recipe import Layer

Parameters = list[dict[str, jax.Array]]
Statistics = list[dict[str, jax.Array] | None]


def initial(layers: list[Layer], random: numpy.random.Generator) -> tuple[Parameters, Statistics]:
    """Parameters uniform within ±1/√(fan in), and running statistics before the first batch."""
    parameters, statistics = [], []
    for layer in layers:
        shapes = parameter_shapes(layer)
        bound = 1 / numpy.sqrt(numpy.prod(shapes["weight"][1:])) if shapes else 0
        parameters.append({
            name: jnp.asarray(random.uniform(-bound, bound, shape), jnp.float32) for name, shape in shapes.items()})
        statistics.append(None)
        if layer.kind == "batch-norm":
            ones, zeros = numpy.ones(layer.inputs, numpy.float32), numpy.zeros(layer.inputs, numpy.float32)
            parameters[-1] = {"weight": jnp.asarray(ones), "bias": jnp.asarray(zeros)}
            statistics[-1] = {"mean": jnp.asarray(zeros), "var": jnp.asarray(ones)}
    return parameters, statistics


def parameter_shapes(layer: Layer) -> dict[str, tuple[int, ...]]:
    match layer.kind:
        case "linear":
            return {"weight": (layer.outputs[0], layer.inputs[0]), "bias": layer.outputs}
        case "conv2d" | "conv-transpose2d":
            channels = (layer.outputs[0], layer.inputs[0])
            kernel = (layer.options["kernel"],) * 2
            order = channels if layer.kind == "conv2d" else channels[::-1]
            return {"weight": order + kernel, "bias": layer.outputs[:1]}
    return {}


def apply(layers: list[Layer], parameters: Parameters, x: jax.Array) -> jax.Array:
    """A network without batch normalisation."""
    return apply_updating(layers, parameters, [None] * len(layers), x)[0]


def apply_updating(
    layers: list[Layer], parameters: Parameters, statistics: Statistics, x: jax.Array
) -> tuple[jax.Array, Statistics]:
    """A network in training, with the running statistics after this batch."""
    updated = []
    for layer, own, running in zip(layers, parameters, statistics, strict=True):
        if layer.kind == "batch-norm":
            x, running = batch_norm(layer, own, running, x)
        else:
            x = apply_layer(layer, own, x)
        updated.append(running)
    return x, updated


def apply_layer(layer: Layer, own: dict[str, jax.Array], x: jax.Array) -> jax.Array:
    options = layer.options
    match layer.kind:
        case "linear":
            return x @ own["weight"].T + own["bias"]
        case "conv2d":
            y = convolution(x, own["weight"], options["stride"], options["padding"])
            return y + own["bias"][:, None, None]
        case "conv-transpose2d":
            # A transposed convolution is the adjoint of a convolution.
            out = jnp.zeros((len(x), *layer.outputs))
            _, adjoint = jax.vjp(lambda y: convolution(y, own["weight"], options["stride"], options["padding"]), out)
            return adjoint(x)[0] + own["bias"][:, None, None]
        case "leaky-relu":
            return nn.leaky_relu(x, options["slope"])
        case "relu":
            return nn.relu(x)
        case "tanh":
            return jnp.tanh(x)
        case "flatten" | "unflatten":
            return x.reshape(len(x), *layer.outputs)
        case "crop":
            return x[(slice(None), *(slice(size) for size in layer.outputs))]
    raise ValueError(f"no layer '{layer.kind}'")


def convolution(x: jax.Array, weight: jax.Array, stride: int, padding: int) -> jax.Array:
    """A convolution as a matrix product with the strided slices of the padded images.

    XLA's own convolution is fast on CPUs only in the forward pass. Those of gradients run as plain loops, which makes
    an iteration of wgan-gp-fashion-conv ten times as slow.
    """
    kernel = weight.shape[2:]
    sizes = [(size + 2 * padding - window) // stride + 1 for size, window in zip(x.shape[2:], kernel, strict=True)]
    padded = jnp.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    patches = jnp.stack([
        padded[:, :, i : i + stride * sizes[0] : stride, j : j + stride * sizes[1] : stride]
        for i in range(kernel[0]) for j in range(kernel[1])])
    return jnp.einsum("kbihw,oik->bohw", patches, weight.reshape(*weight.shape[:2], -1))


def batch_norm(
    layer: Layer, own: dict[str, jax.Array], running: dict[str, jax.Array], x: jax.Array
) -> tuple[jax.Array, dict[str, jax.Array]]:
    mean, variance = x.mean(0), x.var(0)
    momentum, unbiased = layer.options["momentum"], variance * len(x) / (len(x) - 1)
    y = (x - mean) * lax.rsqrt(variance + layer.options["eps"]) * own["weight"] + own["bias"]
    return y, {
        "mean": (1 - momentum) * running["mean"] + momentum * mean,
        "var": (1 - momentum) * running["var"] + momentum * unbiased,
    }
