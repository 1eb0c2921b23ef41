"""Computes state digests as specified by the documentation of `Snapshot.digest`, with only hashlib and struct.

Prints the states and their digests as JSON. Generated with Python 3.11.7:
    python3 state_digest.py > state_digest.json
"""

import hashlib
import json
import struct


def text(value):
    data = value.encode("utf-8")
    return struct.pack("<I", len(data)) + data


def tensor_digest(dtype, shape, data):
    head = text(dtype) + struct.pack("<I", len(shape)) + b"".join(struct.pack("<q", n) for n in shape)
    return hashlib.sha256(head + data).digest()


def by_bytes(entries):
    return sorted(entries.items(), key=lambda entry: entry[0].encode("utf-8"))


def state_digest(state):
    parts = [text("zoo-state-1"), struct.pack("<q", state["step"])]
    for name, (dtype, shape, data) in by_bytes(state["tensors"]):
        parts += [b"\x01", text(name), tensor_digest(dtype, shape, data)]
    for name, (key, counter) in by_bytes(state["streams"]):
        parts += [b"\x02", text(name), struct.pack("<QQ", key, counter)]
    for name, value in by_bytes(state["counters"]):
        parts += [b"\x03", text(name), struct.pack("<q", value)]
    return hashlib.sha256(b"".join(parts)).hexdigest()


STATES = [
    {"step": 0, "tensors": {}, "streams": {}, "counters": {}},
    {
        "step": 400,
        "tensors": {
            "critic/linear1.weight": ("float32", [2, 3], struct.pack("<6f", 0.5, -1, 2, 0, -0.0, 1e-30)),
            "critic/linear1.bias": ("float64", [2], struct.pack("<2d", 0.1, float("inf"))),
            "scalar": ("float32", [], bytes.fromhex("ff56c47f")),  # a NaN with a payload
            "shuffle/order": ("int64", [3], struct.pack("<3q", -1, 2**63 - 1, -(2**63))),
            "mask": ("bool", [1, 4], b"\x01\x00\x00\x01"),
            "empty": ("float32", [0, 784], b""),
            # In the order of bytes: Z, a, z, é, ﬁ (U+FB01), 🦒 (UTF-16 would put it before U+FB01).
            "Z": ("bool", [1], b"\x01"),
            "z": ("bool", [1], b"\x00"),
            "é": ("int64", [1], struct.pack("<q", 5)),
            "\ufb01": ("int64", [1], struct.pack("<q", 6)),
            "🦒": ("int64", [1], struct.pack("<q", 7)),
        },
        "streams": {"noise": (2**64 - 1, 2**63), "alpha": (0, 17)},
        "counters": {"samples": 25600, "critic/phase": -3},
    },
]


def as_json(state):
    return {
        "step": state["step"],
        "tensors": {n: {"dtype": d, "shape": s, "hex": b.hex()} for n, (d, s, b) in state["tensors"].items()},
        "streams": {n: {"key": k, "counter": c} for n, (k, c) in state["streams"].items()},
        "counters": state["counters"],
        "digest": state_digest(state),
    }


print(json.dumps([as_json(state) for state in STATES], indent=2))
