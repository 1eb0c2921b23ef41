#!/usr/bin/env python3
"""Plays an episode with an exported policy in ONNX Runtime, and prints its observations, actions and return as JSON.

    python play_policy.py POLICY.onnx ENVIRONMENT ARGUMENTS SEED

The flat observations are made from the metadata `observation` of the policy alone, not with Gymnasium's functions.
"""

import json
import sys

import gymnasium
import numpy as np
import onnxruntime


def flat(parts, observation):
    row = np.zeros(sum(part["count"] for part in parts), np.float32)
    for part in parts:
        value = observation
        for key in part["path"]:
            value = value[key] if isinstance(value, dict) else value[int(key)]
        numbers = np.asarray(value).reshape(-1)
        assert list(np.shape(value)) == part["shape"], part
        place = part["first"]
        if "counts" not in part:
            row[place:place + part["count"]] = numbers
            continue
        for number, count, start in zip(numbers, part["counts"], part["starts"], strict=True):
            row[place + number - start] = 1
            place += count
    return row


def main(policy, environment, arguments, seed):
    session = onnxruntime.InferenceSession(policy, providers=["CPUExecutionProvider"])
    metadata = session.get_modelmeta().custom_metadata_map
    parts, frames = json.loads(metadata["observation"]), int(metadata.get("frames", 1))
    env = gymnasium.make(environment, **json.loads(arguments))
    observation, _ = env.reset(seed=int(seed))
    rows, actions, total, over = [], [], 0.0, False
    # The first observation of an episode takes all places.
    latest = [flat(parts, observation)] * frames
    while not over:
        rows.append(np.concatenate(latest))
        action = session.run(["action"], {"observation": rows[-1][np.newaxis]})[0][0]
        actions.append(np.ravel(action).tolist())
        action = np.asarray(action, env.action_space.dtype).reshape(env.action_space.shape)
        observation, reward, terminated, truncated, _ = env.step(action)
        latest = [*latest[1:], flat(parts, observation)]
        total, over = total + reward, terminated or truncated
    print(json.dumps({"observations": [row.tolist() for row in rows], "actions": actions, "return": total}))


main(*sys.argv[1:])
