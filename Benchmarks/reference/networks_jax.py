"""A recipe's networks in JAX: pure functions of parameters, a list with an entry for each layer.

Running statistics of batch normalisation are a list of the same length, with None for layers that have none. The entry
of a residual block is a dictionary of the lists of both paths.
"""

import jax
import numpy
from jax import lax, nn
from jax import numpy as jnp
from recipe import Layer

Parameters = list[dict[str, "jax.Array | Parameters"]]
Statistics = list[dict[str, "jax.Array | Statistics"] | None]


def initial(layers: list[Layer], random: numpy.random.Generator) -> tuple[Parameters, Statistics]:
    """Parameters uniform within ±1/√(fan in), and running statistics before the first batch."""
    parameters, statistics = [], []
    for layer in layers:
        if layer.kind == "residual":
            paths = {path: initial(nested, random) for path, nested in layer.options.items()}
            parameters.append({path: values for path, (values, _) in paths.items()})
            statistics.append({path: values for path, (_, values) in paths.items()})
            continue
        shapes = parameter_shapes(layer)
        bound = 1 / numpy.sqrt(numpy.prod(shapes["weight"][1:])) if shapes else 0
        parameters.append({
            name: jnp.asarray(random.uniform(-bound, bound, shape), jnp.float32) for name, shape in shapes.items()})
        statistics.append(None)
        if layer.kind in ("batch-norm", "group-norm"):
            channels = layer.inputs[:1]
            parameters[-1] = {"weight": jnp.ones(channels), "bias": jnp.zeros(channels)}
            if layer.kind == "batch-norm":
                statistics[-1] = {"mean": jnp.zeros(channels), "var": jnp.ones(channels)}
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
        elif layer.kind == "residual":
            x, running = residual(layer, own, running, x)
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
        case "group-norm":
            return group_norm(layer, own, x)
        case "avg-pool2d":
            kernel, stride, padding = options["kernel"], options["stride"], options["padding"]
            return sum(slices(x, (kernel, kernel), stride, padding)) / kernel**2
        case "global-avg-pool":
            return x.mean((2, 3))
        case "upsample":
            return x.repeat(options["scale"], 2).repeat(options["scale"], 3)
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
    """A convolution as a matrix product with the strided slices of the padded images, or XLA's own.

    With a stride above 1, XLA's own convolution is fast on CPUs only in the forward pass. Those of gradients run as
    plain loops, which makes an iteration of wgan-gp-fashion-conv ten times as slow. With 1 x 1 kernels, XLA's gradient
    of the weight is slow. In the other cases, XLA's own is faster. A step of the critic of wgan-gp-cifar-resnet with
    batch 8 then takes 0.98 s of processor time, and 1.07 s with slices alone (measured once on a disturbed machine).
    """
    if stride == 1 and weight.shape[2] > 1:
        return lax.conv_general_dilated(x, weight, (1, 1), [(padding, padding)] * 2)
    patches = jnp.stack(slices(x, weight.shape[2:], stride, padding))
    return jnp.einsum("kbihw,oik->bohw", patches, weight.reshape(*weight.shape[:2], -1))


def slices(x: jax.Array, kernel: tuple[int, int], stride: int, padding: int) -> list[jax.Array]:
    """For each position in a window, the elements of the padded images that all windows have there."""
    sizes = [(size + 2 * padding - window) // stride + 1 for size, window in zip(x.shape[2:], kernel, strict=True)]
    padded = jnp.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    return [
        padded[:, :, i : i + stride * sizes[0] : stride, j : j + stride * sizes[1] : stride]
        for i in range(kernel[0]) for j in range(kernel[1])]


def residual(
    layer: Layer, own: dict[str, Parameters], running: dict[str, Statistics] | None, x: jax.Array
) -> tuple[jax.Array, dict[str, Statistics]]:
    """The sum of both paths. Without running statistics, no layer of the block may be a batch normalisation."""
    outputs, updated = [], {}
    for path, layers in layer.options.items():
        statistics = running[path] if running else [None] * len(layers)
        y, updated[path] = apply_updating(layers, own[path], statistics, x)
        outputs.append(y)
    return outputs[0] + outputs[1], updated


def group_norm(layer: Layer, own: dict[str, jax.Array], x: jax.Array) -> jax.Array:
    groups = x.reshape(len(x), layer.options["groups"], -1)
    mean, variance = groups.mean(2, keepdims=True), groups.var(2, keepdims=True)
    y = ((groups - mean) * lax.rsqrt(variance + layer.options["eps"])).reshape(x.shape)
    return y * per_channel(own["weight"], x) + per_channel(own["bias"], x)


def per_channel(values: jax.Array, x: jax.Array) -> jax.Array:
    """One value for each channel, in a shape that fits [batch, channels, …]."""
    return values.reshape(-1, *[1] * (x.ndim - 2))


def batch_norm(
    layer: Layer, own: dict[str, jax.Array], running: dict[str, jax.Array], x: jax.Array
) -> tuple[jax.Array, dict[str, jax.Array]]:
    axes = (0, *range(2, x.ndim))
    mean, variance, count = x.mean(axes), x.var(axes), x.size // x.shape[1]
    momentum, unbiased = layer.options["momentum"], variance * count / (count - 1)
    scale = lax.rsqrt(variance + layer.options["eps"]) * own["weight"]
    y = (x - per_channel(mean, x)) * per_channel(scale, x) + per_channel(own["bias"], x)
    return y, {
        "mean": (1 - momentum) * running["mean"] + momentum * mean,
        "var": (1 - momentum) * running["var"] + momentum * unbiased,
    }
