#!/usr/bin/env python3
"""Training of agents beside Stable-Baselines3, SBX, its port to JAX, and a compiled loop in JAX: steps per second.

The programs take turns, round by round.

Prints a Markdown table: medians over the rounds, and the median of the rounds' ratios.

    Benchmarks/agents_vs_sb3.py [--rounds 3] [--threads 2] [--only ppo-cartpole] [--commit Docs/data/agents-vs-sb3.md]
"""

import argparse
import json
import os
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from alternating import child, machine, markdown, output, publish, zoo_binary


@dataclass(frozen=True)
class Work:
    """A model, the training steps of each program, and the targets. Off-policy models update in each step."""

    model: str
    zoo_steps: int
    peer_steps: int
    targets: dict[str, tuple[float, float]]


SB3, SBX, LOOP = "Stable-Baselines3", "SBX", "one loop in JAX"
WORKS = [
    Work("ppo-cartpole", 100_000, 20_000, {SB3: (25, 50), SBX: (20, 40), LOOP: (2, 4)}),
    Work("sac-pendulum", 4_000, 1_000, {SB3: (4, 6), SBX: (2.5, 4)}),
    Work("td3-pendulum", 4_000, 1_000, {SB3: (4, 6), SBX: (2.5, 4)})]
STARTS = 100


def zoo_rate(zoo: str, work: Work, threads: int) -> float:
    """Steps per second of the whole command: it starts, compiles, trains and writes checkpoints."""
    settings = [] if work.model.startswith("ppo") else ["--set", f"learningStarts={STARTS}"]
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        child([zoo, "train", work.model, "--steps", str(work.zoo_steps), "--seed", "1", "--threads", str(threads),
               *settings, "--json", "--store", str(Path(folder, "zoo.sqlite"))])
        return work.zoo_steps / (time.monotonic() - start)


def peer_rate(python: str, peer: str, work: Work, threads: int) -> float:
    """Steps per second of training alone. A compiled loop does the steps of zoo: it takes less than a second."""
    if peer == LOOP:
        command = [python, "Benchmarks/reference/ppo_jax.py", "--steps", str(work.zoo_steps)]
        return json.loads(child(command, {"OMP_NUM_THREADS": str(threads)})[0])["stepsPerSecond"]
    starts = [] if work.model.startswith("ppo") else ["--learning-starts", str(STARTS)]
    text, _, _ = child(
        [python, "Benchmarks/reference/agents_sb3.py", work.model, "--steps", str(work.peer_steps),
         "--threads", str(threads), *starts, *(["--jax"] if peer == SBX else [])],
        {"OMP_NUM_THREADS": str(threads)})
    return json.loads(text)["stepsPerSecond"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="+", choices=[work.model for work in WORKS], help="some of the models")
    parser.add_argument("--commit", type=Path, help="a file for the table")
    arguments = parser.parse_args()
    zoo, python = zoo_binary(), output("Benchmarks/reference/environment")
    rows = []
    for work in WORKS:
        if arguments.only and work.model not in arguments.only:
            continue
        rates = [
            (zoo_rate(zoo, work, arguments.threads),
             {peer: peer_rate(python, peer, work, arguments.threads) for peer in work.targets})
            for _ in range(arguments.rounds)]
        for peer, (floor, aim) in work.targets.items():
            faster = median(ours / theirs[peer] for ours, theirs in rates)
            verdict = "aim" if faster >= aim else "floor" if faster >= floor else "no"
            rows.append([
                work.model, peer, f"{median(theirs[peer] for _, theirs in rates):,.0f}",
                f"{median(ours for ours, _ in rates):,.0f}", f"{faster:.1f}", f"{floor:g}", f"{aim:g}", verdict])
    header = ["model", "peer", "peer, steps/s", "zoo, steps/s", "times as fast", "floor", "aim", "reached"]
    publish(
        f"{arguments.threads} threads, {arguments.rounds} alternating rounds. For zoo the whole command counts, with "
        f"its start, compilation, evaluations and checkpoints; for the peers training alone, in JAX without "
        f"compilation. SAC and TD3 update once per step after the first {STARTS}. Machine: {machine()}, "
        f"{date.today()}.\n\n"
        f"{markdown(header, rows)}",
        arguments.commit)


if __name__ == "__main__":
    main()
