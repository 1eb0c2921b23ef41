"""Compares the runs that MLflow finds in a folder with `metrics.json` and `settings.json` of the current folder.

    MLFLOW_ALLOW_FILE_STORE=true python read_mlflow.py DIR NAME     # NAME: the name of the first run

Prints `ok …` and `not ok …` lines, and then `N passed, N failed`. Written against mlflow-skinny 3.17.
"""

import json
import pathlib
import sys

import mlflow

folder, first = pathlib.Path(sys.argv[1]).absolute(), sys.argv[2]
mlflow.set_tracking_uri(folder.as_uri())
client = mlflow.MlflowClient()
results = []


def check(name, good, found=""):
    results.append(bool(good))
    print("ok" if good else "not ok", name, "" if good else found)


runs = mlflow.search_runs(experiment_names=["zoo"], order_by=["start_time"], output_format="list")
check("two runs, each once", len(runs) == 2, runs)
check("their names", [run.info.run_name for run in runs] == [first, "second"], [run.info.run_name for run in runs])
check("their states", [run.info.status for run in runs] == ["FINISHED"] * 2, [run.info.status for run in runs])
check("times", all(run.info.start_time < run.info.end_time for run in runs), runs)
check("the seed", runs[1].data.params["seed"] == "18446744073709551615", runs[1].data.params)
rows = json.load(open("metrics.json"))
for run in runs:
    expected = {}
    for row in rows:
        if row["run"] == run.info.run_id:
            expected.setdefault(row["name"], []).append((row["step"], float(row["value"])))
    found = {key: client.get_metric_history(run.info.run_id, key) for key in run.data.metrics}
    points = {key: [(point.step, point.value) for point in history] for key, history in found.items()}
    check(f"metrics of {run.info.run_id}", points == expected and len(points) >= 3, points)
    stamps = [point.timestamp for point in found["critic"]]
    check(f"times of {run.info.run_id}", stamps == sorted(stamps) and stamps[0] >= run.info.start_time, stamps)
    settings = {row["key"] for row in json.load(open("settings.json")) if row["run"] == run.info.run_id}
    check(f"settings of {run.info.run_id}", settings <= set(run.data.params), settings - set(run.data.params))
weights = [run.data.params["settings.penalty.gradient.weight" if "settings.penalty.gradient.weight" in run.data.params
                           else "settings.penalty.weight"] for run in runs]
check("a setting that differs", weights[0] != weights[1] and float(weights[1]) == 5, weights)
better = mlflow.search_runs(experiment_names=["zoo"], filter_string="params.seed = '1'", output_format="list")
check("a search by parameter", [run.info.run_name for run in better] == [first], better)
artifacts = client.list_artifacts(runs[0].info.run_id, "pictures")
check("pictures", len(artifacts) == 3 and all(entry.file_size > 60 for entry in artifacts), artifacts)
card = pathlib.Path(mlflow.artifacts.download_artifacts(run_id=runs[0].info.run_id, artifact_path="card.md"))
check("the card", runs[0].info.run_id in card.read_text(), card)
print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
sys.exit(not all(results))
