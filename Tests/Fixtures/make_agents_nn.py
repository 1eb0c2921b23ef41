#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch==2.15.0", "stable-baselines3==2.9.2", "numpy==2.4.6"]
# ///
"""Writes agents_nn.json: distributions of policies, optimisers and clipped gradients, in float64.

Stable-Baselines3 and PyTorch compute them. A distribution has its inputs, each with a shape and values, and
    outputs    the results of its functions
    weights    values of the outputs' shapes: the loss is the sum of all products of outputs and weights
    gradients  of the loss, by input; missing inputs are constants
    curvature  gradients of the sum of the squares of these gradients
    dtype      the only element type of the case, if there is one
An optimiser has its settings, parameters, and for each step a learning rate, gradients and the next parameters.
A clipping has gradients, the greatest norm, the norm before and the gradients after it.
Run by hand, where these versions are installed; the tests read only the JSON.
"""

import platform
from pathlib import Path

import numpy
import stable_baselines3
import torch
from stable_baselines3.common import distributions as sb3

from fixture_format import numbers, write

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
random = numpy.random.default_rng(180101290)


def record(tensor: torch.Tensor) -> dict:
    values = numbers(tensor)
    return {"shape": list(tensor.shape), "values": values if tensor.ndim else [values]}


def uniform(*shape: int, low: float = -1, high: float = 1) -> torch.Tensor:
    return torch.from_numpy(random.uniform(low, high, shape).round(4))


def normal(*shape: int) -> torch.Tensor:
    return torch.from_numpy(random.standard_normal(shape).round(4))


def records(tensors: dict[str, torch.Tensor]) -> dict:
    return {name: record(tensor) for name, tensor in tensors.items()}


def case(name: str, function, variables: dict, constants: dict, shown: dict | None = None,
         dtype: str | None = None) -> dict:
    """`function` of all inputs; `shown` replaces inputs in the record."""
    variables = {key: value.requires_grad_(True) for key, value in variables.items()}
    outputs = function(**variables, **constants)
    weights = {key: uniform(*value.shape) for key, value in outputs.items()}
    loss = sum((outputs[key] * weights[key]).sum() for key in outputs)

    def gradients(value):
        found = torch.autograd.grad(value, list(variables.values()), create_graph=True, allow_unused=True,
                                    materialize_grads=True)
        return dict(zip(variables, found))

    first = gradients(loss)
    second = gradients(sum(gradient.square().sum() for gradient in first.values()))
    result = {"name": name, "inputs": records({**variables, **constants, **(shown or {})}), "outputs": records(outputs),
              "weights": records(weights), "gradients": records(first), "curvature": records(second)}
    return {**result, "dtype": dtype} if dtype else result


def categorical(logits, action, uniform):
    distribution = sb3.CategoricalDistribution(logits.shape[1]).proba_distribution(logits)

    def one_hot(index):
        return torch.nn.functional.one_hot(index, logits.shape[1]).to(logits)

    return {"logProbability": distribution.log_prob(action.argmax(1)), "entropy": distribution.entropy(),
            "sample": one_hot((logits - (-uniform.log()).log()).argmax(1)), "mode": one_hot(distribution.mode())}


def multi_categorical(logits, action, uniform):
    counts = [3, 1, 2]
    distribution = sb3.MultiCategoricalDistribution(counts).proba_distribution(logits)

    def one_hot(indices):
        rows = [torch.nn.functional.one_hot(index, count) for index, count in zip(indices.T, counts, strict=True)]
        return torch.cat(rows, dim=1).to(logits)

    chosen = torch.stack([part.argmax(1) for part in action.split(counts, dim=1)], dim=1)
    scores = (logits - (-uniform.log()).log()).split(counts, dim=1)
    return {"logProbability": distribution.log_prob(chosen), "entropy": distribution.entropy(),
            "sample": one_hot(torch.stack([part.argmax(1) for part in scores], dim=1)),
            "mode": one_hot(distribution.mode())}


def bernoulli(logits, action, uniform):
    distribution = sb3.BernoulliDistribution(logits.shape[1]).proba_distribution(logits)
    return {"logProbability": distribution.log_prob(action), "entropy": distribution.entropy(),
            "sample": (uniform < distribution.distribution.probs).to(logits), "mode": distribution.mode().detach()}


def gaussian(mean, logDeviation, action, noise):
    distribution = sb3.DiagGaussianDistribution(mean.shape[1]).proba_distribution(mean, logDeviation)
    return {"logProbability": distribution.log_prob(action), "entropy": distribution.entropy(),
            "sample": mean + distribution.distribution.stddev * noise, "mode": distribution.mode()}


def squashed(mean, logDeviation, noise):
    logDeviation = torch.clamp(logDeviation, -20, 2)
    distribution = sb3.SquashedDiagGaussianDistribution(mean.shape[1]).proba_distribution(mean, logDeviation)
    before = mean + distribution.distribution.stddev * noise
    action = torch.tanh(before)
    return {"clamped": logDeviation, "action": action, "logProbability": distribution.log_prob(action, before),
            "mode": distribution.mode()}


def state_dependent(is_squashed: bool):
    def function(mean, logDeviation, latent, action, noise):
        distribution = sb3.StateDependentNoiseDistribution(mean.shape[1], squash_output=is_squashed)
        distribution.proba_distribution(mean, logDeviation, latent)
        matrices = torch.exp(logDeviation) * noise
        if noise.ndim == 3 and len(noise) > 1:
            distribution.exploration_matrices = matrices
        else:
            distribution.exploration_matrices, distribution.exploration_mat = [], matrices.reshape(logDeviation.shape)
        sample = distribution.sample()
        outputs = {"logProbability": distribution.log_prob(action), "mode": distribution.mode(), "sample": sample,
                   "sampleWithLogProbability": sample, "logProbabilityOfSample": distribution.log_prob(sample)}
        return outputs if is_squashed else {**outputs, "entropy": distribution.entropy()}

    return function


def state_dependent_case(name: str, is_squashed: bool, noise: torch.Tensor, **options) -> dict:
    action = options.pop("action", uniform(3, 2, low=-0.9, high=0.9))
    variables = {"mean": uniform(3, 2), "logDeviation": uniform(4, 2, low=-1.5, high=0), "latent": uniform(3, 4)}
    constants = {"noise": noise}
    (constants if "shown" in options else variables)["action"] = action
    return case(name, state_dependent(is_squashed), variables, constants, **options)


logits = uniform(5, 4, low=-2, high=2)
logits[1] = 0.5
logits[2, 1] = logits[2, 3] = 2.5
choice = torch.nn.functional.one_hot(torch.tensor([0, 3, 1, 2, 2]), 4).to(logits)
draws = uniform(5, 4, low=0, high=1)
draws[0, 2] = 0
means = uniform(4, 3)
means[0, 0], means[3, 2] = 30, -30
deviations = uniform(4, 3, low=-1.5, high=0.5)
deviations[1, 1], deviations[2, 0] = -25, 2.5
ends = torch.tensor([[1, -0.5], [0.25, -1], [-1, 1]], dtype=torch.float64)
inside = ends * torch.where(ends.abs() == 1, 1 - 2.0**-23, 1)
distributions = [
    case("categorical", categorical, {"logits": logits}, {"action": choice, "uniform": draws}),
    case("gaussian", gaussian, {"mean": uniform(4, 3), "logDeviation": uniform(3), "action": uniform(4, 3)},
         {"noise": normal(4, 3)}),
    case("gaussian with deviations of each sample", gaussian,
         {"mean": uniform(4, 3), "logDeviation": uniform(4, 3), "action": uniform(4, 3)}, {"noise": normal(4, 3)}),
    case("squashed gaussian", squashed, {"mean": means, "logDeviation": deviations}, {"noise": normal(4, 3)}),
    state_dependent_case("state-dependent gaussian", False, normal(3, 4, 2)),
    state_dependent_case("state-dependent gaussian, one matrix", False, normal(4, 2)),
    state_dependent_case("squashed state-dependent gaussian", True, normal(3, 4, 2)),
    state_dependent_case("squashed state-dependent gaussian, one matrix", True, normal(1, 4, 2)),
    state_dependent_case("squashed state-dependent gaussian at the bounds", True, normal(3, 4, 2), action=ends,
                         dtype="float64"),
    # The bound of float32 in float64, whose rounding does not hide the values.
    state_dependent_case("squashed state-dependent gaussian at the bounds", True, normal(3, 4, 2), action=inside,
                         shown={"action": ends}, dtype="float32"),
]


def optimizer_case(name: str, kind, settings: dict, rates: list[float]) -> dict:
    parameters = {"weight": uniform(2, 3), "bias": uniform(3), "zero": uniform(2)}
    result = {"name": name, "settings": settings, "parameters": records(parameters), "steps": []}
    optimizer = kind(list(parameters.values()), **settings)
    for rate in rates:
        for key, parameter in parameters.items():
            parameter.grad = torch.zeros_like(parameter) if key == "zero" else normal(*parameter.shape)
        optimizer.param_groups[0]["lr"] = rate
        gradients = records({key: parameter.grad for key, parameter in parameters.items()})
        optimizer.step()
        result["steps"].append({"rate": rate, "gradients": gradients, "parameters": records(parameters)})
    return result


def clipping_case(name: str, max_norm: float, gradients: dict[str, torch.Tensor]) -> dict:
    parameters = {key: torch.nn.Parameter(torch.zeros_like(gradient)) for key, gradient in gradients.items()}
    for key, gradient in gradients.items():
        parameters[key].grad = gradient.clone()
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), max_norm)
    clipped = {key: parameter.grad for key, parameter in parameters.items()}
    return {"name": name, "maxNorm": max_norm, "gradients": records(gradients), "norm": norm.item(),
            "clipped": records(clipped)}


rates = [0.01, 0.02, 0.005, 0.0, 0.03]
optimizers = [
    optimizer_case("adam", torch.optim.Adam, {"betas": [0.9, 0.999], "eps": 1e-5}, rates),
    optimizer_case("rmsprop", torch.optim.RMSprop, {}, rates),
    optimizer_case("rmsprop with a large eps", torch.optim.RMSprop, {"alpha": 0.9, "eps": 0.25}, rates),
]
gradients = {"weight": normal(3, 2), "bias": normal(3), "scale": normal(1)}
clippings = [
    clipping_case("above", 0.5, gradients), clipping_case("below", 50.0, gradients),
    clipping_case("at the bound", 5.0, {"weight": torch.tensor([3.0, 0.0]), "bias": torch.tensor([4.0])}),
    clipping_case("zero", 0.5, {"weight": torch.zeros(2, 2), "bias": torch.zeros(1)}),
]
# They draw last: the draws of the other cases stay the same.
several = torch.tensor([[1, 0, 0, 1, 0, 1], [0, 0, 1, 1, 1, 0], [0, 1, 0, 1, 1, 0]], dtype=torch.float64)
odds = uniform(3, 4, low=-2, high=2)
odds[0, 1], odds[1, 2], odds[2, 0] = 40, -40, 0
distributions += [
    case("multi-categorical", multi_categorical, {"logits": uniform(3, 6, low=-2, high=2)},
         {"action": several, "uniform": uniform(3, 6, low=0.01, high=1)}),
    case("bernoulli", bernoulli, {"logits": odds},
         {"action": (uniform(3, 4) > 0).to(odds), "uniform": uniform(3, 4, low=0, high=1)}),
]
made_by = (f"make_agents_nn.py, PyTorch {torch.__version__}, Stable-Baselines3 {stable_baselines3.__version__}, "
           f"Python {platform.python_version()}")
write(Path(__file__).with_name("agents_nn.json"),
      {"made_by": made_by, "distributions": distributions, "optimizers": optimizers, "clippings": clippings})
