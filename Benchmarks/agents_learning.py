#!/usr/bin/env python3
"""Learning results of agents: mean returns of evaluations over several seeds, beside Stable-Baselines3.

Trains every model to its end, with one thread for each run and one run for each CPU at a time. Evaluates the
deterministic policy of the last checkpoint and prints a Markdown table. Results are kept in a CSV file: after an
interruption the script continues there. The models with environments of Box2D need a Python with gymnasium[box2d],
which ZOO_PYTHON names.

    Benchmarks/agents_learning.py [--seeds 5] [--only sac-pendulum ...] [--peer ppo-cartpole sac-pendulum]
                                  [--commit Docs/data/agents.md]
"""

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from statistics import mean, median, stdev

from alternating import ROOT, machine, markdown, output, publish, zoo_binary

# The published results of rl-baselines3-zoo's own single runs, and the smallest mean over seeds to reach.
TARGETS = {
    "ppo-cartpole": (500, 475), "a2c-cartpole": (500, 475), "ppo-acrobot": (-73.5, -86), "ppo-pendulum": (-172, -200),
    "a2c-pendulum": (None, None), "ddpg-pendulum": (-152, -170), "td3-pendulum": (-154, -170),
    "sac-pendulum": (-157, -170),
    "sac-mountaincar": (94.7, 90), "ppo-mountaincar": (None, None), "td3-mountaincar": (None, None),
    "ppo-lunarlander": (242, None), "sac-bipedalwalker": (298, None),
}
EPISODES, EVALUATION_SEED = 100, 1_000_000


@dataclass(frozen=True)
class Result:
    """A training that was evaluated."""

    program: str
    model: str
    seed: int
    steps: int
    seconds: float
    mean_return: float


def train_zoo(zoo: str, model: str, seed: int) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder, "zoo.sqlite"))
        start = time.monotonic()
        run = json.loads(output(zoo, "train", model, "--seed", str(seed), "--threads", "1", "--json", "--store", store))
        seconds = time.monotonic() - start
        evaluation = json.loads(output(
            zoo, "eval", run["id"], "--episodes", str(EPISODES), "--seed", str(EVALUATION_SEED), "--deterministic",
            "--json", "--store", store))
    return Result("zoo", model, seed, run["step"], round(seconds, 1), evaluation["returns"]["mean"])


def train_peer(python: str, model: str, seed: int) -> Result:
    command = [python, "Benchmarks/reference/agents_sb3.py", model, "--seed", str(seed), "--threads", "1",
               "--episodes", str(EPISODES), "--evaluation-seed", str(EVALUATION_SEED)]
    text = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
                          env=os.environ | {"OMP_NUM_THREADS": "1"}).stdout
    found = json.loads(text)
    return Result("Stable-Baselines3", model, seed, found["steps"], found["seconds"], found["meanReturn"])


def known(file: Path) -> list[Result]:
    if not file.exists():
        return []
    types = {field.name: field.type for field in fields(Result)}
    with file.open() as rows:
        return [Result(**{name: types[name](value) for name, value in row.items()}) for row in csv.DictReader(rows)]


def table(results: list[Result]) -> str:
    rows = []
    for model, (published, asked) in TARGETS.items():
        for program in ["zoo", "Stable-Baselines3"]:
            runs = sorted(
                (run for run in results if (run.model, run.program) == (model, program)), key=lambda run: run.seed)
            if not runs:
                continue
            returns = [run.mean_return for run in runs]
            seconds = median(run.seconds for run in runs)
            rows.append([
                model, program, f"{runs[0].steps:,}", " ".join(f"{value:.1f}" for value in returns),
                f"{mean(returns):.1f}", f"{stdev(returns):.1f}" if len(returns) > 1 else "–",
                "–" if published is None else f"{published:g}", "–" if asked is None else f"{asked:g}",
                f"{seconds:.1f}", f"{runs[0].steps / seconds:,.0f}"])
    header = [
        "model", "program", "steps", "returns by seed", "mean", "deviation", "published", "asked", "seconds", "steps/s"]
    return markdown(header, rows, left=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", choices=TARGETS, help="models of zoo; by default all")
    parser.add_argument("--peer", nargs="*", default=[], choices=TARGETS, help="models of Stable-Baselines3")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--results", type=Path, default=ROOT / "Docs/data/agents.csv")
    parser.add_argument("--commit", type=Path, help="a file for the table")
    arguments = parser.parse_args()

    results = known(arguments.results)
    done = {(run.program, run.model, run.seed) for run in results}
    models = list(TARGETS) if arguments.only is None else arguments.only
    jobs = [("zoo", model, seed) for model in models for seed in range(1, arguments.seeds + 1)]
    jobs += [("Stable-Baselines3", model, seed) for model in arguments.peer for seed in range(1, arguments.seeds + 1)]
    jobs = [job for job in jobs if job not in done]
    zoo = zoo_binary() if jobs else ""
    python = output("Benchmarks/reference/environment") if any(job[0] != "zoo" for job in jobs) else ""
    with arguments.results.open("a", newline="") as file, ThreadPoolExecutor(arguments.jobs) as pool:
        writer = csv.DictWriter(file, [field.name for field in fields(Result)], lineterminator="\n")
        if not results:
            writer.writeheader()
        run = lambda job: train_zoo(zoo, *job[1:]) if job[0] == "zoo" else train_peer(python, *job[1:])
        for result in pool.map(run, jobs):
            results.append(result)
            writer.writerow(asdict(result))
            file.flush()
    publish(
        f"Mean return of {EPISODES} episodes of the deterministic policy after a whole training. Seconds are medians "
        f"of runs with one thread each, {arguments.jobs} at a time: for zoo the whole command with its checkpoints, "
        f"for Stable-Baselines3 `learn()` alone. Machine: {machine()}, {date.today()}.\n\n{table(results)}",
        arguments.commit)


if __name__ == "__main__":
    main()
