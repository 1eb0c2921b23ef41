"""Recipes for the peers: the same YAML files that zoo reads. All programs then train the same networks."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import yaml

MODELS = Path(__file__).resolve().parents[2] / "Models"


@dataclass(frozen=True)
class Layer:
    """A layer of a network with the shapes of its input and its output, without the batch.

    A residual block has the options `layers` and `shortcut`, each a list of layers.
    """

    kind: str
    options: dict
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Adam:
    rate: float
    betas: tuple[float, float]
    eps: float


@dataclass(frozen=True)
class Recipe:
    name: str
    dataset: str
    generator: list[Layer]
    critic: list[Layer]
    batch: int
    critic_steps: int
    penalty_weight: float
    adam: Adam

    @property
    def latent(self) -> int:
        return self.generator[0].inputs[0]

    @property
    def sample(self) -> tuple[int, ...]:
        return self.critic[0].inputs

    @property
    def sample_size(self) -> int:
        return prod(self.sample)


def load(model: str) -> Recipe:
    """The recipe of a file that ends in .yaml, or of one of zoo's models."""
    path = Path(model) if model.endswith(".yaml") else MODELS / f"{model}.yaml"
    document = yaml.safe_load(path.read_text())
    networks, settings = document["networks"], document["settings"]
    adam = settings["optimizer"]["adam"]
    return Recipe(
        name=document["name"], dataset=document["dataset"], generator=network_layers(networks["generator"]),
        critic=network_layers(networks["critic"]),
        batch=settings["batch"], critic_steps=settings["criticSteps"],
        penalty_weight=float(settings["penalty"]["weight"]),
        # YAML 1.1 reads 2e-4, without a dot, as a string.
        adam=Adam(float(adam["rate"]), tuple(map(float, adam["betas"])), float(adam.get("eps", 1e-8))))


def network_layers(network: dict) -> list[Layer]:
    return layers(network["layers"], tuple(network["input"]))


def layers(entries: list, shape: tuple[int, ...]) -> list[Layer]:
    """The layers of a list in a recipe. `shape` is the shape of the first one's input."""
    result = []
    for entry in entries:
        kind, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, None)
        options = named(kind, options, shape)
        result.append(Layer(kind, options, shape, output_shape(kind, options, shape)))
        shape = result[-1].outputs
    return result


def named(kind: str, options, shape: tuple[int, ...]) -> dict:
    """The options by name, with defaults for missing ones. `shape` is the shape of the input."""
    match kind:
        case "linear":
            return {"outputs": options}
        case "leaky-relu":
            return {"slope": 0.01 if options is None else options}
        case "batch-norm":
            return {"eps": 1e-5, "momentum": 0.1, **{name: float(value) for name, value in (options or {}).items()}}
        case "unflatten" | "crop":
            return {"shape": tuple(options)}
        case "conv2d" | "conv-transpose2d":
            return {"stride": 1, "padding": 0, "outputPadding": 0, **options}
        case "group-norm":
            options = options if isinstance(options, dict) else {"groups": options}
            return {"groups": options["groups"], "eps": float(options.get("eps", 1e-5))}
        case "avg-pool2d":
            options = options if isinstance(options, dict) else {"kernel": options}
            return {"stride": options["kernel"], "padding": 0, **options}
        case "upsample":
            return {"scale": options}
        case "residual":
            # A list of layers is a block whose shortcut is the input itself.
            paths = options if isinstance(options, dict) else {"layers": options}
            return {path: layers(paths.get(path, []), shape) for path in ("layers", "shortcut")}
        case "flatten" | "relu" | "tanh" | "global-avg-pool":
            return {}
    raise ValueError(f"the peers have no layer '{kind}'")


def output_shape(kind: str, options: dict, shape: tuple[int, ...]) -> tuple[int, ...]:
    match kind:
        case "linear":
            return (options["outputs"],)
        case "flatten":
            return (prod(shape),)
        case "unflatten" | "crop":
            return options["shape"]
        case "conv2d" | "avg-pool2d":
            overhang = 2 * options["padding"] - options["kernel"]
            channels = options.get("outputs", shape[0])
            return (channels, *((size + overhang) // options["stride"] + 1 for size in shape[1:]))
        case "conv-transpose2d":
            more = options["kernel"] - 2 * options["padding"] + options["outputPadding"]
            return (options["outputs"], *((size - 1) * options["stride"] + more for size in shape[1:]))
        case "global-avg-pool":
            return shape[:1]
        case "upsample":
            return (shape[0], *(size * options["scale"] for size in shape[1:]))
        case "residual":
            return options["layers"][-1].outputs if options["layers"] else shape
    return shape
