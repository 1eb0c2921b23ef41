#!/usr/bin/env python3
"""Times the pages of `zoo serve` on a store with many runs, and a training beside the server.

    Benchmarks/pages.py [--runs 10000] [--metrics 1000000] [--rounds 5] [--steps 200000] [--browser]
                        [--commit Docs/data/pages.md]

Two real runs are trained; their rows are copied in SQLite. One run has all --metrics rows of one metric. The server's
time is the median of five requests of different addresses of a kind, so that none is answered from memory. --browser
loads each page in headless Chromium (the packages chromium and chromium-driver, and selenium), until all its pictures
are there. The training is `wgan-gp-tiny` on one thread, alone and beside a visitor who loads a page a second; the two
alternate.
"""

import argparse
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.request
from datetime import date
from pathlib import Path
from statistics import median

from alternating import machine, markdown, output, publish, zoo_binary


def copies(store: Path, runs: int, metrics: int) -> tuple[str, str]:
    """Copies the runs of a store. Returns the id of the run with many values, and of a usual one."""
    with sqlite3.connect(store) as base:
        ids = [row[0] for row in base.execute("SELECT id FROM run ORDER BY created_at")]
        columns = [row[1] for row in base.execute("PRAGMA table_info(run)")]
        for number in range(runs - len(ids)):
            values = dict(zip(columns, base.execute("SELECT * FROM run WHERE id = ?", [ids[number % 2]]).fetchone()))
            values |= {"id": f"{number:07x}f", "name": f"copy {number}", "seed": number,
                       "updated_at": values["updated_at"] - number * 1000}
            base.execute(f"INSERT INTO run VALUES ({', '.join('?' * len(columns))})", list(values.values()))
            for table in ["latest_metric", "run_graph"]:
                rest = [row[1] for row in base.execute(f"PRAGMA table_info({table})")][1:]
                base.execute(f"INSERT INTO {table} SELECT ?, {', '.join(rest)} FROM {table} WHERE run = ?",
                             [values["id"], ids[number % 2]])
        base.executemany(
            "INSERT OR REPLACE INTO metric VALUES (?, 'critic', ?, ?)",
            ((ids[0], step, (step * 7919 % 1009) / 100) for step in range(1, metrics + 1)))
        base.execute("UPDATE latest_metric SET step = ? WHERE run = ? AND key = 'critic'", [metrics, ids[0]])
        base.execute("UPDATE run SET step = ? WHERE id = ?", [metrics, ids[0]])
    return ids[0], ids[1]


def pages(large: str, usual: str, number: int) -> dict[str, str]:
    """An address of each page; those of another number differ, and so are computed anew."""
    runs = "&".join(f"run={number * 20 + index:07x}f" for index in range(20))
    return {
        "runs": f"/?page={number + 1}", "runs by a metric": f"/?sort=-penalty&page={number + 1}",
        "runs, searched": f"/?q=copy+{number}", "run of a million values": f"/runs/{large}?from={number}",
        "its curve": f"/runs/{large}/curve.svg?metric=critic&width={600 + number}",
        "its curve, smoothed": f"/runs/{large}/curve.svg?metric=critic&smooth=0.9&width={600 + number}",
        "its small curve": f"/runs/{large}/spark.svg?metric=critic&{number}",
        "another run": f"/runs/{usual}?from={number}", "comparison of 20 runs": f"/compare?{runs}",
        "training step": f"/runs/{usual}/graphs/program%2Fcritic?{number}",
        "its drawing": f"/runs/{usual}/graphs/program%2Fcritic/graph.svg?{number}", "models": f"/models?{number}",
    }


def seconds(address: str) -> float:
    start = time.perf_counter()
    with urllib.request.urlopen(address) as answer:
        answer.read()
    return time.perf_counter() - start


def loaded(address: str, paths: list[str]) -> list[float]:
    """The seconds until pages and all their pictures are there, in Chromium."""
    from selenium import webdriver
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"]:
        options.add_argument(option)
    browser = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        times = []
        for path in paths:
            browser.get(address + path)
            times.append(browser.execute_script(
                "return performance.getEntriesByType('navigation')[0].loadEventEnd / 1000"))
        return times
    finally:
        browser.quit()


def training(zoo: str, store: Path, steps: int) -> float:
    """Steps a second of a training."""
    start = time.perf_counter()
    output(zoo, "train", "wgan-gp-tiny", "--steps", str(steps), "--seed", "5", "--threads", "1", "--store", store)
    return steps / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--metrics", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=200_000, help="steps of a training")
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--commit", type=Path)
    options = parser.parse_args()
    zoo = zoo_binary()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "zoo.sqlite"
        for model, steps in [("wgan-gp-tiny", "20"), ("wgan-gp-fashion", "20")]:
            output(zoo, "train", model, "--steps", steps, "--seed", "1", "--store", store)
        large, usual = copies(store, options.runs, options.metrics)
        server = subprocess.Popen([zoo, "serve", "--port", "0", "--store", store], stdout=subprocess.PIPE, text=True)
        try:
            address = server.stdout.readline().split()[1].rstrip("/")
            seconds(address + "/page.css")
            names = list(pages(large, usual, 0))
            times = {name: [] for name in names}
            for number in range(5):
                for name, path in pages(large, usual, number).items():
                    times[name].append(seconds(address + path))
            again = {name: min(seconds(address + path) for _ in range(3))
                     for name, path in pages(large, usual, 0).items()}
            shown = loaded(address, list(pages(large, usual, 9).values())) if options.browser else []
            header = ["page", "ms", "again, ms"] + (["in Chromium, ms"] if shown else [])
            rows = [[name, f"{1000 * median(times[name]):.0f}", f"{1000 * again[name]:.1f}"]
                    + ([f"{1000 * shown[index]:.0f}"] if shown else []) for index, name in enumerate(names)]

            speeds: dict[bool, list[float]] = {False: [], True: []}
            for _ in range(options.rounds):
                for visited in speeds:
                    end = threading.Event()

                    def visit() -> None:
                        number = 100
                        while not end.wait(1):
                            number += 1
                            seconds(f"{address}/?page={number}")
                            seconds(f"{address}/runs/{usual}?from={number}")

                    visitor = threading.Thread(target=visit)
                    if visited:
                        visitor.start()
                    speeds[visited].append(training(zoo, store, options.steps))
                    end.set()
                    if visited:
                        visitor.join()
        finally:
            server.kill()
            server.wait()
    ratio = median(speeds[True]) / median(speeds[False])
    publish("\n\n".join([
        f"# Pages of {options.runs:,} runs, one with {options.metrics:,} values",
        f"{machine()}, {date.today()}.", markdown(header, rows),
        f"A training beside a visitor who loads two pages a second has {ratio:.3f} of the speed without one "
        f"(medians of {options.rounds} alternating trainings: {median(speeds[True]):.0f} and "
        f"{median(speeds[False]):.0f} steps/s)."]), options.commit)


if __name__ == "__main__":
    main()
