#!/usr/bin/env python3
"""Writes onpolicy.json: updates of Stable-Baselines3's PPO and A2C, and its advantages, for given rollouts.

    python make_onpolicy.py

Generated with Python 3.11, stable-baselines3 2.9.2, torch 2.15.0, gymnasium 1.4.0 and numpy 2.4.6. Each case is a real
model with small networks whose rollout buffer is filled with values. `train()` then runs unchanged. Minibatches are as
large as the rollout, so their order does not matter.
"""

from pathlib import Path

import gymnasium
import numpy
import stable_baselines3
import torch
from stable_baselines3 import A2C, PPO

from fixture_format import numbers, write

STEPS, COPIES = 6, 2


class Several(gymnasium.Env):
    """A space of actions. Nothing is computed."""

    observation_space = gymnasium.spaces.Box(-1, 1, (3,))

    def __init__(self, action_space: gymnasium.Space):
        self.action_space = action_space


SPACES = {"several": gymnasium.spaces.MultiDiscrete([3, 2, 2]), "binary": gymnasium.spaces.MultiBinary(4)}
CASES = {
    "ppo-choices": (PPO, "CartPole-v1",
                    dict(n_epochs=3, learning_rate=1e-2, gamma=0.98, gae_lambda=0.8, ent_coef=0.01)),
    "ppo-vectors": (
        PPO,
        "Pendulum-v1",
        dict(n_epochs=3, learning_rate=1e-2, clip_range=0.1, clip_range_vf=0.05, ent_coef=0.02, vf_coef=0.7,
             max_grad_norm=0.2,
             normalize_advantage=False),
    ),
    "ppo-state-dependent": (PPO, "Pendulum-v1", dict(n_epochs=3, learning_rate=1e-2, use_sde=True, ent_coef=0.01)),
    "a2c-choices": (A2C, "CartPole-v1", dict(learning_rate=1e-2, gamma=0.95, gae_lambda=0.9, ent_coef=0.01)),
    "a2c-state-dependent": (
        A2C, "Pendulum-v1",
        dict(learning_rate=1e-2, use_sde=True, normalize_advantage=True, vf_coef=0.4, max_grad_norm=10)),
    "a2c-adam": (A2C, "Pendulum-v1", dict(learning_rate=1e-2, use_rms_prop=False, rms_prop_eps=1e-5)),
    "ppo-several": (PPO, "several", dict(n_epochs=3, learning_rate=1e-2, ent_coef=0.01)),
    "ppo-binary": (PPO, "binary", dict(n_epochs=3, learning_rate=1e-2, ent_coef=0.02)),
    "a2c-several": (A2C, "several", dict(learning_rate=1e-2, ent_coef=0.02)),
    "a2c-binary": (A2C, "binary", dict(learning_rate=1e-2, ent_coef=0.01)),
}


def names(model: PPO | A2C) -> dict[str, str]:
    head = "mean" if isinstance(model.action_space, gymnasium.spaces.Box) else "logits"
    pairs = {"action_net": f"actor/{head}", "value_net": "critic/value"}
    for index in (0, 2):
        pairs[f"mlp_extractor.policy_net.{index}"] = f"actor/linear{index // 2 + 1}"
        pairs[f"mlp_extractor.value_net.{index}"] = f"critic/linear{index // 2 + 1}"
    result = {f"{theirs}.{kind}": f"{ours}.{kind}" for theirs, ours in pairs.items() for kind in ("weight", "bias")}
    return result | ({"log_std": "actor/exploration.logDeviation"} if head == "mean" else {})


def parameters(model: PPO | A2C) -> dict[str, dict]:
    ours, state = names(model), model.policy.state_dict()
    return {ours[name]: {"shape": list(state[name].shape), "values": numbers(state[name].ravel())}
            for name in ours if name in state}


def case(algorithm: type, environment: str, settings: dict, seed: int) -> dict:
    generator = numpy.random.default_rng(seed)
    space = SPACES.get(environment)
    vector = stable_baselines3.common.env_util.make_vec_env(
        environment if space is None else lambda: Several(space), COPIES)
    extra = {} if algorithm is A2C else {"batch_size": STEPS * COPIES}
    model = algorithm(
        "MlpPolicy", vector, n_steps=STEPS, seed=seed, device="cpu", policy_kwargs={"net_arch": [5, 4]},
        **extra, **settings)
    # Heads that start near 0 would hide mistakes.
    with torch.no_grad():
        for name, parameter in model.policy.named_parameters():
            parameter += torch.from_numpy(generator.normal(0, 0.3, parameter.shape)).float()
    model.set_logger(stable_baselines3.common.logger.Logger(None, []))
    model._current_progress_remaining = 1.0
    buffer = model.rollout_buffer
    buffer.reset()
    discrete = environment == "CartPole-v1"
    starts = numpy.ones(COPIES, dtype=bool)
    ends = []
    if model.use_sde:
        model.policy.reset_noise(COPIES)
    for _ in range(STEPS):
        observations = generator.normal(0, 1, (COPIES, vector.observation_space.shape[0])).astype(numpy.float32)
        with torch.no_grad():
            actions, values, log_probabilities = model.policy(torch.from_numpy(observations))
        # The probabilities differ from the policy's own: ratios are clipped on both sides.
        log_probabilities = log_probabilities + torch.from_numpy(generator.normal(0, 0.2, COPIES)).float()
        taken = actions.numpy().reshape(COPIES, -1)
        buffer.add(observations, taken, generator.normal(0, 1, COPIES), starts, values, log_probabilities)
        starts = generator.random(COPIES) < 0.3
        ends.append(starts.astype(float).tolist())
    last_values = torch.from_numpy(generator.normal(0, 1, COPIES).astype(numpy.float32))
    buffer.compute_returns_and_advantage(last_values=last_values, dones=starts)
    flat = lambda array: numbers(torch.from_numpy(numpy.ascontiguousarray(array)).float().ravel())
    actions = buffer.actions.reshape(STEPS * COPIES, -1)
    if discrete:
        actions = numpy.eye(vector.action_space.n)[actions[:, 0].astype(int)]
    elif environment == "several":
        counts = vector.action_space.nvec
        actions = numpy.hstack([numpy.eye(count)[actions[:, i].astype(int)] for i, count in enumerate(counts)])
    result = {
        "settings": {key: value for key, value in settings.items()},
        "observations": flat(buffer.observations),
        "actions": flat(actions),
        "log_probabilities": flat(buffer.log_probs),
        "values": flat(buffer.values),
        "rewards": flat(buffer.rewards),
        "ends": [value for row in ends for value in row],
        "last_values": flat(last_values),
        "advantages": flat(buffer.advantages),
        "returns": flat(buffer.returns),
        "before": parameters(model),
    }
    model.train()
    result["after"] = parameters(model)
    result["updates"] = settings.get("n_epochs", 1)
    values = model.logger.name_to_value
    result["metrics"] = {
        "value": values["train/value_loss"], "entropy": -values["train/entropy_loss"],
        "policy": values["train/policy_gradient_loss" if algorithm is PPO else "train/policy_loss"],
    }
    if algorithm is PPO:
        result["metrics"]["clipped"] = values["train/clip_fraction"]
    result["metrics"] = {name: float(value) for name, value in result["metrics"].items()}
    return result


if __name__ == "__main__":
    path = Path(__file__).with_name("onpolicy.json")
    write(path, {
        "generator": f"{Path(__file__).name}, stable-baselines3 {stable_baselines3.__version__}, "
        f"torch {torch.__version__}, gymnasium {gymnasium.__version__}, numpy {numpy.__version__}",
        "steps": STEPS, "copies": COPIES,
        "cases": {name: case(*arguments, seed) for seed, (name, arguments) in enumerate(CASES.items())},
    })
