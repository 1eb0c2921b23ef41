#!/usr/bin/env python3
"""Training steps of zoo on XLA's plugin for the processor, beside the same steps in JAX on the same plugin.

The programs take turns, round by round. Prints a Markdown table: medians over the rounds, and the median of the rounds'
ratios. zoo must find the plugin (`zoo devices`).

    Benchmarks/device_vs_jax.py [--rounds 5] [--threads 2]
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from alternating import alternate, machine, output
from programs import Peer, Programs

WORKS = [("wgan-gp-tiny", 500), ("wgan-gp-fashion", 100)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", help="folder of Fashion-MNIST")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(Path(folder), options.data)
        devices = json.loads(output(programs.zoo_path, "devices", "--json"))
        plugin = next((device["plugin"] for device in devices if device.get("platform") == "cpu"), None)
        if not plugin:
            sys.exit("zoo devices lists no plugin for the processor")
        os.environ["JAX_PLATFORMS"] = "plugin"
        os.environ["PJRT_NAMES_AND_LIBRARY_PATHS"] = f"plugin:{plugin}"
        os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
        print(machine())
        print("\n| model | zoo in ms | JAX in ms | zoo / JAX |\n|---|---:|---:|---:|")
        for model, iterations in WORKS:
            zoo = [*programs.zoo(model, iterations), "--device", "cpu-xla"]
            runs = alternate({"zoo": zoo, "JAX": programs.peer(Peer.JAX, model, iterations)},
                             options.rounds, options.threads)
            times = {name: [run.milliseconds for run in runs[name]] for name in runs}
            ratio = median(mine / other for mine, other in zip(times["zoo"], times["JAX"]))
            print(f"| `{model}` | {median(times['zoo']):.3f} | {median(times['JAX']):.3f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
