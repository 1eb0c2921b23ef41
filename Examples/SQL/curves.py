"""Reads runs and the curves of a metric from a zoo's file, with Python's sqlite3 alone, or as data frames of pandas.

    python curves.py zoo.sqlite --metric critic

Prints the runs with their settings that differ, and the curves: a column for each run, a row for each step.
The views are described in Docs/SQL.md.
"""

import argparse
import sqlite3

RUNS = """
    SELECT id, name, model, step, status, updated FROM runs ORDER BY created
"""
DIFFERING = """
    SELECT key, run, value FROM settings
    WHERE key IN (SELECT key FROM settings GROUP BY key HAVING count(DISTINCT value) > 1)
    ORDER BY key, run
"""
CURVES = """
    SELECT step, run, value FROM metrics WHERE name = ? ORDER BY step, run
"""


def main():
    parser = argparse.ArgumentParser(description="Prints runs and the curves of a metric.")
    parser.add_argument("store", help="the file with the runs, such as zoo.sqlite")
    parser.add_argument("--metric", default="critic", help="the name of the metric")
    parser.add_argument("--plain", action="store_true", help="do not use pandas")
    arguments = parser.parse_args()
    # mode=ro: the file is neither created nor changed.
    connection = sqlite3.connect(f"file:{arguments.store}?mode=ro", uri=True)
    try:
        import pandas
    except ImportError:
        pandas = None
    if pandas and not arguments.plain:
        print(pandas.read_sql(RUNS, connection, parse_dates=["updated"]))
        differing = pandas.read_sql(DIFFERING, connection)
        print(differing.pivot(index="key", columns="run", values="value"))
        curves = pandas.read_sql(CURVES, connection, params=[arguments.metric])
        print(curves.pivot(index="step", columns="run", values="value"))
        return
    for row in connection.execute(RUNS):
        print(*row)
    for key, run, value in connection.execute(DIFFERING):
        print(f"{key} of {run}: {value}")
    curves = {}
    for step, run, value in connection.execute(CURVES, [arguments.metric]):
        curves.setdefault(step, {})[run] = value
    runs = sorted({run for values in curves.values() for run in values})
    print("step", *runs)
    for step, values in curves.items():
        print(step, *(values.get(run) for run in runs))


if __name__ == "__main__":
    main()
