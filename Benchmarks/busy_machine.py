#!/usr/bin/env python3
"""A compiled training step on a quiet and on a busy machine, in zoo and in JAX.

Busy: another process keeps one core busy. All four cases take turns, round by round. Prints a Markdown table: medians
over the rounds, and the median of the rounds' ratios.

    Benchmarks/busy_machine.py [--rounds 5] [--threads 2] [--commit Docs/data/busy-machine.md]
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

from alternating import child, machine, markdown, publish
from programs import Peer, Programs

MODEL, ITERATIONS = "wgan-gp-fashion", 300
# The required factors: zoo's speed when busy to that when quiet, and the time of JAX to zoo's, both busy.
SHARE_FLOOR, SHARE_AIM, JAX_FLOOR, JAX_AIM = 0.45, 0.6, 1.8, 2.5


def milliseconds(command: list, threads: int, is_busy: bool) -> float:
    """The median time of a step. If busy, another process computes all the time."""
    other = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if is_busy else None
    try:
        text, _, _ = child([*command, "--threads", threads], {"OMP_NUM_THREADS": str(threads)})
    finally:
        if other:
            other.kill()
            other.wait()
    return json.loads(text)["medianMilliseconds"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", metavar="DIR", help="folder of Fashion-MNIST's IDX files")
    parser.add_argument("--commit", metavar="FILE", type=Path, help="write the table there too")
    options = parser.parse_args()
    times: dict[tuple[str, bool], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(Path(folder), options.data)
        commands = {"zoo": programs.zoo(MODEL, ITERATIONS), "JAX": programs.peer(Peer.JAX, MODEL, ITERATIONS)}
        for index in range(options.rounds):
            for is_busy in (False, True):
                for name, command in commands.items():
                    time = milliseconds(command, options.threads, is_busy)
                    times.setdefault((name, is_busy), []).append(time)
                    state = "busy" if is_busy else "quiet"
                    print(f"round {index + 1}/{options.rounds}: {name}, {state}: {time:.2f} ms", file=sys.stderr)

    def ratio(above: tuple[str, bool], below: tuple[str, bool]) -> float:
        return median(a / b for a, b in zip(times[above], times[below], strict=True))

    rows = [[
        name, f"{median(times[name, False]):.2f}", f"{median(times[name, True]):.2f}",
        f"{ratio((name, False), (name, True)):.2f}"] for name in commands]
    publish("\n".join([
        f"{MODEL}, {options.threads} threads, {options.rounds} alternating rounds. {machine()}, {date.today()}.", "",
        markdown(["program", "quiet, ms", "busy, ms", "quiet / busy"], rows), "",
        f"Floor of zoo's quiet / busy: {SHARE_FLOOR}, aim {SHARE_AIM}. JAX's time divided by zoo's, both busy:"
        f" {ratio(('JAX', True), ('zoo', True)):.2f} (floor {JAX_FLOOR}, aim {JAX_AIM})."]), options.commit)


if __name__ == "__main__":
    main()
