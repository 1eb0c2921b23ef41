#!/usr/bin/env python3
"""Two experiments with gradient penalties on agents, several seeds each: Docs/Experiments.md.

`smooth`: TD3 on Pendulum with and without a penalty on the policy's Jacobian. `imitate`: TD3 on Pendulum rewarded by a
discriminator, with the one-centred penalty and without, at several learning rates of the discriminator. Results are
kept in a CSV file: after an interruption the script continues there. Each training has one thread.

    Benchmarks/experiments.py smooth|imitate [--seeds 5] [--steps 10000] [--rates 1e-4 1e-3] [--table]
                              [--plot Docs/smooth.png]

Needs numpy and onnxruntime; plots need matplotlib, too.
"""

import argparse
import csv
import json
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, stdev

import numpy
import onnxruntime

from alternating import ROOT, markdown, output, zoo_binary

EPISODES, EVALUATION_SEED, NOISE, TORQUE = 20, 1_000_000, 0.1, 2.0
FIELDS = {
    "smooth": ["penalty", "seed", "steps", "mean_return", "noisy_return", "jacobian_norm", "noisy_jitter"],
    "imitate": ["penalty", "rate", "seed", "steps", "mean_return"],
}


class Trained:
    """A run in a store of its own, with returns, steps and derivatives of its last policy."""

    def __init__(self, zoo: str, folder: str, model: str, steps: int, seed: int, settings: list[str]):
        self.zoo, self.store = zoo, str(Path(folder, "zoo.sqlite"))
        changes = [argument for setting in [*settings, "evaluation.every=0"] for argument in ("--set", setting)]
        run = json.loads(output(
            zoo, "train", model, "--steps", str(steps), "--seed", str(seed), "--threads", "1", "--json",
            "--store", self.store, *changes))
        self.id, self.folder = run["id"], folder

    def steps(self, noise: float = 0) -> tuple[float, numpy.ndarray]:
        """The mean return, and the rows episode, observation, action of the episodes."""
        file = str(Path(self.folder, "steps.csv"))
        result = json.loads(output(
            self.zoo, "eval", self.id, "--episodes", str(EPISODES), "--seed", str(EVALUATION_SEED), "--deterministic",
            "--noise", str(noise), "--record", file, "--json", "--store", self.store))
        return result["returns"]["mean"], numpy.loadtxt(file, delimiter=",", skiprows=1)

    def jacobian_norm(self, observations: numpy.ndarray) -> float:
        """The mean norm of the Jacobian of the action, scaled to ±1, by the observation, from central differences."""
        file = str(Path(self.folder, "policy.onnx"))
        output(self.zoo, "export", self.id, "-o", file, "--store", self.store)
        session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])

        def act(rows: numpy.ndarray) -> numpy.ndarray:
            return session.run(["action"], {"observation": rows.astype(numpy.float32)})[0].astype(float) / TORQUE

        step, columns = 1e-2, []
        for column in range(observations.shape[1]):
            shift = numpy.zeros(observations.shape[1])
            shift[column] = step
            columns.append((act(observations + shift) - act(observations - shift)) / (2 * step))
        return float(numpy.linalg.norm(numpy.concatenate(columns, axis=1), axis=1).mean())


def smooth(zoo: str, penalty: float, seed: int, steps: int) -> dict:
    settings = ["learningStarts=1000", f"penalty.weight={penalty}"]
    with tempfile.TemporaryDirectory() as folder:
        trained = Trained(zoo, folder, "td3-pendulum-smooth", steps, seed, settings)
        quiet, rows = trained.steps()
        noisy, noisy_rows = trained.steps(NOISE)
        actions = noisy_rows[:, 4].reshape(EPISODES, -1) / TORQUE
        return {
            "penalty": penalty, "seed": seed, "steps": steps, "mean_return": quiet, "noisy_return": noisy,
            "jacobian_norm": trained.jacobian_norm(rows[:, 1:4]),
            "noisy_jitter": float(numpy.abs(numpy.diff(actions)).mean())}


def imitate(zoo: str, penalty: float, rate: float, seed: int, steps: int) -> dict:
    settings = [f"discriminator.rate={rate}", f"discriminator.penalty.weight={penalty}"]
    with tempfile.TemporaryDirectory() as folder:
        try:
            quiet = Trained(zoo, folder, "imitate-pendulum", steps, seed, settings).steps()[0]
        except SystemExit:
            # A training that diverged has no return.
            quiet = float("nan")
        return {"penalty": penalty, "rate": rate, "seed": seed, "steps": steps, "mean_return": quiet}


def table(experiment: str, rows: list[dict]) -> str:
    keys = FIELDS[experiment][: FIELDS[experiment].index("seed")]
    values = FIELDS[experiment][FIELDS[experiment].index("steps") + 1:]
    groups: dict[tuple, list[dict]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    lines = []
    for group, members in sorted(groups.items()):
        numbers = [[member[value] for member in members] for value in values]
        lines.append([
            *(f"{key:g}" for key in group), str(len(members)),
            *(f"{mean(column):.3g} ± {stdev(column):.2g}" if len(column) > 1 else f"{column[0]:.3g}"
              for column in numbers)])
    return markdown([*keys, "seeds", *(value.replace("_", " ") for value in values)], lines, left=len(keys))


def plot(experiment: str, rows: list[dict], file: Path) -> None:
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    penalties = sorted({row["penalty"] for row in rows})
    if experiment == "imitate":
        figure, axes = pyplot.subplots(figsize=(6, 4))
        for index, penalty in enumerate(penalties):
            chosen = [row for row in rows if row["penalty"] == penalty]
            axes.plot([row["rate"] * (1.06 if index else 0.94) for row in chosen],
                      [row["mean_return"] for row in chosen], "o", alpha=0.7, label=f"penalty weight {penalty:g}")
        axes.set(xscale="log", xlabel="learning rate of the discriminator", ylabel="mean return (the expert: -118)")
        axes.legend()
    else:
        names = ["mean_return", "noisy_return", "jacobian_norm", "noisy_jitter"]
        figure, panels = pyplot.subplots(1, 4, figsize=(12, 3.2))
        for panel, name in zip(panels, names):
            for index, penalty in enumerate(penalties):
                values = [row[name] for row in rows if row["penalty"] == penalty]
                panel.plot([index] * len(values), values, "o", alpha=0.7)
                panel.plot([index - 0.2, index + 0.2], [mean(values)] * 2, "k-")
            panel.set(title=name.replace("_", " "), xticks=range(len(penalties)),
                      xticklabels=[f"{p:g}" for p in penalties], xlim=(-0.5, 1.5))
            panel.set_xlabel("penalty weight")
    figure.tight_layout()
    figure.savefig(file, dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment", choices=FIELDS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--penalties", type=float, nargs="*")
    parser.add_argument("--rates", type=float, nargs="*", default=[1e-4, 3e-4, 1e-3, 3e-3])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--table", action="store_true", help="only print the table of existing results")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()

    file = ROOT / f"Docs/data/{arguments.experiment}.csv"
    rows = []
    if file.exists():
        with file.open() as lines:
            rows = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]
    keys = FIELDS[arguments.experiment][: FIELDS[arguments.experiment].index("steps") + 1]
    done = {tuple(row[key] for key in keys) for row in rows}
    seeds = range(1, arguments.seeds + 1)
    if arguments.experiment == "smooth":
        jobs = [(penalty, seed, arguments.steps) for seed in seeds for penalty in arguments.penalties or [0, 1e-3]]
    else:
        jobs = [(penalty, rate, seed, arguments.steps) for seed in seeds for rate in arguments.rates
                for penalty in arguments.penalties or [0, 10]]
    jobs = [] if arguments.table else [job for job in jobs if tuple(map(float, job)) not in done]
    if jobs:
        zoo, run = zoo_binary(), {"smooth": smooth, "imitate": imitate}[arguments.experiment]
        with file.open("a", newline="") as lines, ThreadPoolExecutor(arguments.jobs) as pool:
            writer = csv.DictWriter(lines, FIELDS[arguments.experiment], lineterminator="\n")
            if not rows:
                writer.writeheader()
            for row in pool.map(lambda job: run(zoo, *job), jobs):
                rows.append({key: float(value) for key, value in row.items()})
                writer.writerow(row)
                lines.flush()
    rows = [row for row in rows if row["steps"] == arguments.steps]
    print(table(arguments.experiment, rows))
    if arguments.plot:
        plot(arguments.experiment, rows, arguments.plot)


if __name__ == "__main__":
    main()
