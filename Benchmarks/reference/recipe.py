"""Recipes for the peers: the same YAML files that zoo reads. All programs then train the same networks."""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import yaml

MODELS = Path(__file__).resolve().parents[2] / "Models"


@dataclass(frozen=True)
class Layer:
    """A layer of a network with the shapes of its input and its output, without the batch."""

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
        name=document["name"], generator=layers(networks["generator"]), critic=layers(networks["critic"]),
        batch=settings["batch"], critic_steps=settings["criticSteps"],
        penalty_weight=float(settings["penalty"]["weight"]),
        # YAML 1.1 reads 2e-4, without a dot, as a string.
        adam=Adam(float(adam["rate"]), tuple(map(float, adam["betas"])), float(adam.get("eps", 1e-8))))


def layers(network: dict) -> list[Layer]:
    shape, result = tuple(network["input"]), []
    for entry in network["layers"]:
        kind, options = next(iter(entry.items())) if isinstance(entry, dict) else (entry, None)
        options = named(kind, options)
        result.append(Layer(kind, options, shape, output_shape(kind, options, shape)))
        shape = result[-1].outputs
    return result


def named(kind: str, options) -> dict:
    """The options by name, with defaults for missing ones."""
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
        case "flatten" | "relu" | "tanh":
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
        case "conv2d":
            overhang = 2 * options["padding"] - options["kernel"]
            return (options["outputs"], *((size + overhang) // options["stride"] + 1 for size in shape[1:]))
        case "conv-transpose2d":
            more = options["kernel"] - 2 * options["padding"] + options["outputPadding"]
            return (options["outputs"], *((size - 1) * options["stride"] + more for size in shape[1:]))
    return shape
