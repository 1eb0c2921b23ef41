#!/usr/bin/env python3
"""Quality of generated samples beside PyTorch: FID of WGAN-GPs that both programs train at equal steps.

Both train the networks of a recipe, with the same initial distributions, optimisers, batches and steps, and with random
numbers of their own. `zoo eval` compares samples of both with the training images, in the features of one network.
Results are kept in a CSV file: after an interruption the script continues there. Each training has one thread.

    Benchmarks/gans_vs_torch.py [--models wgan-gp-fashion wgan-gp-fashion-conv] [--seeds 5] [--at 5000 10000]
                                [--features FILE.onnx] [--samples 10000] [--data DIR] [--table]
                                [--csv Docs/data/gans-vs-torch.csv] [--plot Docs/gans-vs-torch.png]
                                [--commit Docs/data/gans-vs-torch.md]

Without --features, classifier-fashion is trained first, with seed 7. The table shows mean ± standard deviation over the
seeds. Plots need matplotlib.
"""

import argparse
import csv
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from statistics import mean, stdev

from alternating import ROOT, machine, markdown, output, publish, zoo_binary

FIELDS = ["model", "program", "seed", "step", "fid", "kid", "precision", "recall", "swd"]
METRICS = FIELDS[4:]
# The steps of evaluations, by model.
STEPS = {"wgan-gp-fashion": [2000, 5000, 10_000, 20_000], "wgan-gp-fashion-conv": [250, 500, 1000]}
PROGRAMS = ["zoo", "PyTorch"]


class Work:
    """One training of one program, evaluated at some steps."""

    def __init__(self, arguments: argparse.Namespace, zoo: str, python: str):
        self.arguments, self.zoo, self.python = arguments, zoo, python
        self.data = ["--data", str(arguments.data)] if arguments.data else []

    def train_zoo(self, model: str, seed: int, folder: str) -> list[dict]:
        store, rows, train = ["--store", f"{folder}/zoo.sqlite"], [], ["train", model, "--seed", str(seed)]
        for step in self.arguments.steps(model):
            # The learning rates are constant: a training in parts equals one without interruption.
            until = ["--steps"] if train[0] == "train" else ["--until"]
            run = json.loads(output(
                self.zoo, *train, *until, str(step), "--threads", "1", "--json", *self.data, *store))
            train = ["resume", run["id"]]
            rows.append(self.evaluated(model, "zoo", seed, step, run["id"], [], store))
        return rows

    def train_torch(self, model: str, seed: int, folder: str) -> list[dict]:
        output(
            self.python, ROOT / "Benchmarks/reference/wgangp_torch.py", "--model", model, "--seed", str(seed),
            "--steps", str(self.arguments.steps(model)[-1]), "--threads", "1", "--csv", f"{folder}/curve.csv",
            "--arrays", folder, "--count", str(self.arguments.samples), *self.data,
            "--at", *map(str, self.arguments.steps(model)))
        # The data set and its scale are those of a run of zoo.
        store = ["--store", f"{folder}/zoo.sqlite"]
        run = json.loads(output(
            self.zoo, "train", model, "--steps", "1", "--threads", "1", "--json", *self.data, *store))["id"]
        return [
            self.evaluated(model, "PyTorch", seed, step, run, ["--generated", f"{folder}/{step}.npy"], store)
            for step in self.arguments.steps(model)]

    def evaluated(
        self, model: str, program: str, seed: int, step: int, run: str, source: list[str], store: list[str]
    ) -> dict:
        result = json.loads(output(
            self.zoo, "eval", run, *source, "--samples", str(self.arguments.samples), "--features",
            str(self.arguments.features), "--json", *self.data, *store))
        features = result["features"]
        return {
            "model": model, "program": program, "seed": seed, "step": step, "fid": features["frechet"]["value"],
            "kid": features["kernel"]["value"], "precision": features["precision"]["value"],
            "recall": features["recall"]["value"], "swd": result["slicedWasserstein"]["value"]}

    def rows(self, job: tuple[str, str, int]) -> list[dict]:
        model, program, seed = job
        with tempfile.TemporaryDirectory() as folder:
            rows = (self.train_zoo if program == "zoo" else self.train_torch)(model, seed, folder)
        print(f"{model} {program} seed {seed}: FID {rows[-1]['fid']:.4g} at step {rows[-1]['step']}", file=sys.stderr)
        return rows


def classifier(zoo: str, folder: str, data: list[str], steps: int | None) -> str:
    """A classifier of Fashion-MNIST as ONNX, trained with seed 7."""
    store, file = ["--store", f"{folder}/classifier.sqlite"], f"{folder}/classifier.onnx"
    length = ["--steps", str(steps)] if steps else []
    run = json.loads(output(zoo, "train", "classifier-fashion", "--seed", "7", "--json", *length, *data, *store))["id"]
    output(zoo, "export", run, "-o", file, *store)
    return file


def groups(rows: list[dict]) -> dict[tuple, list[dict]]:
    result: dict[tuple, list[dict]] = {}
    for row in rows:
        result.setdefault((row["model"], row["step"], row["program"]), []).append(row)
    return result


def spread(values: list[float]) -> str:
    return f"{mean(values):.3g} ± {stdev(values):.2g}" if len(values) > 1 else f"{values[0]:.3g}"


def table(rows: list[dict]) -> str:
    lines = [
        [model, f"{step:,}", program, str(len(members)), *(spread([row[name] for row in members]) for name in METRICS)]
        for (model, step, program), members in groups(rows).items()]
    names = ["FID", "KID", "precision", "recall", "SWD"]
    return markdown(["model", "step", "program", "seeds", *names], lines, left=3)


def verdicts(rows: list[dict]) -> str:
    """Whether the mean FID of zoo is at most one standard deviation above that of PyTorch, at a model's last step."""
    found, lines = groups(rows), []
    for model in dict.fromkeys(row["model"] for row in rows):
        last = max(row["step"] for row in rows if row["model"] == model)
        ours, theirs = ([row["fid"] for row in found.get((model, last, program), [])] for program in PROGRAMS)
        if min(len(ours), len(theirs)) > 1:
            limit = mean(theirs) + stdev(theirs)
            word = "at most" if mean(ours) <= limit else "above"
            lines.append(f"{model}, step {last:,}: zoo's mean FID {mean(ours):.4g} is {word} {limit:.4g}, PyTorch's "
                         "mean plus one standard deviation.")
    return "\n".join(lines)


def plot(rows: list[dict], file: Path) -> None:
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
    models = list(dict.fromkeys(row["model"] for row in rows))
    size = (5 * len(models), 3.6)
    figure, panels = pyplot.subplots(1, len(models), figsize=size, squeeze=False, layout="constrained")
    for panel, model in zip(panels[0], models, strict=True):
        for program, colour in zip(PROGRAMS, ["#2f6fb0", "#e07a2f"], strict=True):
            chosen = [row for row in rows if row["model"] == model and row["program"] == program]
            steps = sorted({row["step"] for row in chosen})
            values = [[row["fid"] for row in chosen if row["step"] == step] for step in steps]
            errors = [stdev(group) if len(group) > 1 else 0 for group in values]
            panel.errorbar(steps, list(map(mean, values)), errors, label=program, color=colour, capsize=3)
        panel.set(title=model, xlabel="updates of the critic", ylabel="FID", yscale="log")
        panel.legend()
    figure.savefig(file, dpi=120)


def read(file: Path) -> list[dict]:
    if not file.exists():
        return []
    with file.open(newline="") as lines:
        return [
            {**row, "seed": int(row["seed"]), "step": int(row["step"]), **{name: float(row[name]) for name in METRICS}}
            for row in csv.DictReader(lines)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--at", type=int, nargs="+", help="steps of evaluations (default: those of STEPS)")
    parser.add_argument("--features", type=Path, help="the network of features (default: a classifier is trained)")
    parser.add_argument("--classifier-steps", type=int, help="steps of that classifier (default: the recipe's)")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of Fashion-MNIST")
    parser.add_argument("--csv", type=Path, default=ROOT / "Docs/data/gans-vs-torch.csv")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--table", action="store_true", help="only print the table of existing results")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--commit", type=Path, help="a file for the table")
    arguments = parser.parse_args()
    arguments.steps = lambda model: sorted(arguments.at or STEPS[model])
    rows = read(arguments.csv)
    done = {
        (row["model"], row["program"], row["seed"]) for row in rows
        if row["model"] in STEPS and row["step"] == arguments.steps(row["model"])[-1]}
    jobs = [(model, program, seed) for seed in range(1, arguments.seeds + 1) for model in arguments.models
            for program in PROGRAMS if (model, program, seed) not in done]
    if jobs and not arguments.table:
        zoo, python = zoo_binary(), output(ROOT / "Benchmarks/reference/environment")
        with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(arguments.jobs) as pool:
            data = ["--data", str(arguments.data)] if arguments.data else []
            arguments.features = arguments.features or classifier(zoo, folder, data, arguments.classifier_steps)
            work = Work(arguments, zoo, python)
            with arguments.csv.open("a", newline="") as lines:
                writer = csv.DictWriter(lines, FIELDS, lineterminator="\n")
                if not rows:
                    writer.writeheader()
                for found in pool.map(work.rows, jobs):
                    rows += found
                    writer.writerows(found)
                    lines.flush()
    rows = [row for row in rows if row["model"] in arguments.models and row["step"] in arguments.steps(row["model"])]
    rows.sort(key=lambda row: (arguments.models.index(row["model"]), row["step"], PROGRAMS.index(row["program"])))
    heading = f"{machine()}, {date.today()}, one thread each; FID of {arguments.samples:,} samples."
    publish("\n\n".join([heading, table(rows), verdicts(rows)]), arguments.commit)
    if arguments.plot:
        plot(rows, arguments.plot)


if __name__ == "__main__":
    main()
