#!/usr/bin/env python3
"""Checks the files of Models/trained with onnx and ONNX Runtime (written against onnx 1.23 and onnxruntime 1.32).

Every file must have the digest of its card, pass onnx.checker with full_check, and compute finite outputs in ONNX
Runtime. Prints `ok …` and `not ok …` lines; exits with 1 after a `not ok`.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Models" / "trained"
BATCH = 3
TYPES = {"tensor(float)": np.float32, "tensor(int64)": np.int64}


def check(network):
    path = FOLDER / network["file"]
    content = path.read_bytes()
    assert len(content) == network["bytes"], f"{len(content)} bytes"
    digest = hashlib.sha256(content).hexdigest()
    assert digest == network["digest"], f"SHA-256 {digest}"
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    feed = {}
    for value in session.get_inputs():
        shape = [extent if isinstance(extent, int) else BATCH for extent in value.shape]
        feed[value.name] = rng.standard_normal(shape).astype(TYPES[value.type]) if value.type == "tensor(float)" \
            else np.zeros(shape, TYPES[value.type])
    for output in session.run(None, feed):
        assert np.isfinite(output).all(), "an output is not finite"


def main():
    failed = False
    for card in sorted(FOLDER.glob("*.json")):
        for network in json.loads(card.read_text())["networks"]:
            try:
                check(network)
                print(f"ok {network['file']}")
            except Exception as error:
                failed = True
                print(f"not ok {network['file']}: {error}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
