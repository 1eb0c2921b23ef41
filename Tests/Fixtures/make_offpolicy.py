#!/usr/bin/env python3
"""Writes offpolicy.json: updates of DDPG, TD3 and SAC by Stable-Baselines3 itself, in float64, for
TrainingAlgorithmsTests.

Needs stable-baselines3 (pip install stable-baselines3). Its `train` runs unchanged. Its random draws are replaced by
values that Swift can recompute: networks, targets, transitions and noise. The file is in the script's folder.
"""

import platform
from pathlib import Path
from unittest.mock import patch

import gymnasium
import numpy
import stable_baselines3
import torch
from stable_baselines3 import DDPG, SAC, TD3
from stable_baselines3.common import policies
from stable_baselines3.common.logger import Logger
from stable_baselines3.common.noise import OrnsteinUhlenbeckActionNoise
from stable_baselines3.common.type_aliases import ReplayBufferSamples

from fixture_format import FORMULA, Inputs, numbers, write

STATES, ACTIONS, HIDDEN, BATCH = 3, 2, [5, 4], 6
SETTINGS = {"learning_rate": 0.01, "tau": 0.05, "gamma": 0.97}
METRICS = {"actor_loss": "actor", "critic_loss": "critic", "ent_coef": "entropyCoefficient",
           "ent_coef_loss": "entropyLoss"}


class Spaces(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (STATES,))
    action_space = gymnasium.spaces.Box(-1, 1, (ACTIONS,))


def layers(prefix: str, role: str, last: str) -> dict:
    """Stable-Baselines3's names of linear layers, which are every second module, by zoo's names."""
    names = [f"linear{index + 1}" for index in range(len(HIDDEN))] + [last]
    return {f"{role}/{name}.{kind}": f"{prefix}.{2 * index}.{kind}"
            for index, name in enumerate(names) for kind in ["weight", "bias"]}


def names(algorithm, uses_sde: bool) -> dict:
    """The names in the policy's state by zoo's names."""
    if algorithm is not SAC:
        found = layers("actor.mu", "actor", "action")
        found |= {f"target/{name}": f"actor_target{path[5:]}" for name, path in found.items()}
    else:
        found = {name: path for name, path in layers("actor.latent_pi", "actor", "none").items() if "none" not in name}
        mean = "actor.mu.0" if uses_sde else "actor.mu"
        found |= {f"actor/mean.{kind}": f"{mean}.{kind}" for kind in ["weight", "bias"]}
        if uses_sde:
            found["actor/exploration.logDeviation"] = "actor.log_std"
        else:
            found |= {f"actor/logDeviation.{kind}": f"actor.log_std.{kind}" for kind in ["weight", "bias"]}
    for index in range(1 if algorithm is DDPG else 2):
        found |= layers(f"critic.qf{index}", f"critic{index + 1}", "value")
        found |= layers(f"critic_target.qf{index}", f"target/critic{index + 1}", "value")
    return found


def case(algorithm, count: int, uses_sde: bool = False, initial: float | None = None, **settings) -> dict:
    policy = {"net_arch": HIDDEN} | ({"log_std_init": -1.0} if uses_sde else {})
    model = algorithm("MlpPolicy", Spaces(), policy_kwargs=policy, batch_size=BATCH, device="cpu",
                      **({"use_sde": True} if uses_sde else {}), **SETTINGS, **settings)
    # Attributes of ONNX are float32.
    for optimizer in filter(
        None, [model.actor.optimizer, model.critic.optimizer, getattr(model, "ent_coef_optimizer", None)]):
        for group in optimizer.param_groups:
            group["betas"] = tuple(float(numpy.float32(beta)) for beta in group["betas"])
            group["eps"] = float(numpy.float32(group["eps"]))
    model.set_logger(Logger(folder=None, output_formats=[]))
    inputs, paths, state = Inputs(torch.float64), names(algorithm, uses_sde), model.policy.state_dict()
    assert set(paths.values()) == set(state), set(paths.values()) ^ set(state)
    for name, path in paths.items():
        # Large enough for the bound of state-dependent exploration to clip means before tanh, with all signs of ReLU.
        bound = 3.0 if uses_sde and "mean" in name else 1.0
        low, high = (-1.5, -0.5) if "exploration" in name else (-bound, bound)
        state[path] = inputs.make(name, list(state[path].shape), low, high)
    model.policy.load_state_dict(state)

    noise: list[torch.Tensor] = []

    def drawn(shape, dtype, device):
        # An update does not use the matrices for several environments.
        return torch.zeros(shape, dtype=dtype) if len(shape) == 3 else noise.pop(0).reshape(shape)

    def smoothing(tensor, mean, deviation):
        return tensor.copy_(mean + deviation * noise.pop(0))

    steps = []
    for step in range(1, count + 1):
        def make(name, shape, low, high):
            return inputs.make(f"step{step}/{name}", shape, low, high)

        batch = ReplayBufferSamples(
            observations=make("observations", [BATCH, STATES], -2, 2), actions=make("actions", [BATCH, ACTIONS], -1, 1),
            rewards=make("rewards", [BATCH, 1], -3, 1),
            next_observations=make("nextObservations", [BATCH, STATES], -2, 2),
            dones=(make("dones", [BATCH, 1], 0, 1) > 0.5).double())
        model.replay_buffer.sample = lambda *_, **__: batch
        if uses_sde:
            noise[:] = [make("exploration", [HIDDEN[-1], ACTIONS], -2, 2)]
        elif algorithm is SAC:
            noise[:] = [make(name, [BATCH, ACTIONS], -2, 2) for name in ["action", "nextAction"]]
        else:
            # Some standard deviations are clipped, too.
            noise[:] = [make("smoothing", [BATCH, ACTIONS], -4, 4)]
        model.logger.name_to_value.clear()
        with (patch.object(torch.distributions.normal, "_standard_normal", drawn),
              patch.object(torch.Tensor, "normal_", smoothing)):
            model.train(gradient_steps=1, batch_size=BATCH)
        assert not noise
        after = model.policy.state_dict()
        tensors = {name: numbers(after[path]) for name, path in paths.items()}
        if getattr(model, "log_ent_coef", None) is not None:
            tensors["entropy/logCoefficient"] = numbers(model.log_ent_coef[0])
        logged = {METRICS[key.removeprefix("train/")]: float(value) for key, value in model.logger.name_to_value.items()
                  if key.removeprefix("train/") in METRICS}
        steps.append({"metrics": logged, "state": tensors})
    return {"inputs": inputs.record, "steps": steps}


def ornstein_uhlenbeck() -> dict:
    inputs, sigma, after, reset = Inputs(torch.float64), [0.5, 0.5], [], 5
    normal = inputs.make("normal", [8, ACTIONS], -2, 2).numpy()
    process = OrnsteinUhlenbeckActionNoise(mean=numpy.zeros(ACTIONS), sigma=numpy.array(sigma), dtype=numpy.float64)
    for step in range(len(normal)):
        if step == reset:
            process.reset()
        with patch.object(numpy.random, "normal", lambda size: normal[step]):
            after.append(torch.from_numpy(process()))
    return {"inputs": inputs.record, "sigma": sigma[0], "reset_before": reset, "noise": numbers(torch.stack(after))}


def main() -> None:
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    # The original would round observations to float32.
    policies.preprocess_obs = lambda observation, *_, **__: observation
    write(Path(__file__).with_name("offpolicy.json"), {
        "made_by": f"make_offpolicy.py, Stable-Baselines3 {stable_baselines3.__version__}, "
                   f"PyTorch {torch.__version__}, Gymnasium {gymnasium.__version__}, "
                   f"Python {platform.python_version()}",
        "formula": FORMULA,
        "settings": {"rate": SETTINGS["learning_rate"], "tau": SETTINGS["tau"], "discount": SETTINGS["gamma"]},
        "cases": {
            "ddpg": case(DDPG, 3),
            "td3": case(TD3, 4),
            "sac": case(SAC, 3),
            "sac_auto_0.1": case(SAC, 3, ent_coef="auto_0.1", target_entropy=-0.5),
            "sac_constant": case(SAC, 2, ent_coef=0.2),
            "sac_sde": case(SAC, 3, uses_sde=True),
        },
        "ornstein_uhlenbeck": ornstein_uhlenbeck(),
    })


if __name__ == "__main__":
    main()
