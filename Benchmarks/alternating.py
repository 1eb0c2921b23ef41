"""The shared parts of the benchmarks: programs that take turns as child processes, the machine, Markdown tables."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ["medianMilliseconds", "p10Milliseconds", "p90Milliseconds"]
# The amount of other work during a run, in CPUs, from which the run counts as disturbed.
DISTURBED, ATTEMPTS = 0.1, 4


@dataclass(frozen=True)
class Run:
    """A program's output, its peak memory, and the number of CPUs that other processes kept busy."""

    result: dict
    peak_megabytes: float
    others: float

    @property
    def milliseconds(self) -> float:
        return self.result[FIELDS[0]]


def output(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """Standard output of a command; its standard error is passed through."""
    return child(command, environment)[0].strip()


def child(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> tuple[str, float, float]:
    """Standard output of a command, its peak memory in megabytes, and its processor time in seconds."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True, cwd=ROOT,
                               env={**os.environ, **(environment or {})})
    text = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with exit code {process.returncode}")
    return text, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def busy_seconds() -> float:
    """The processor time that the whole machine has used."""
    user, nice, system, _, _, interrupts, soft, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")


def run(command: Sequence[str | Path], threads: int) -> Run:
    """Runs a program that prints JSON. Repeats it if other work disturbs it; the least disturbed run counts."""
    runs = []
    for _ in range(ATTEMPTS):
        start, busy = time.monotonic(), busy_seconds()
        text, peak, own = child(command, {"OMP_NUM_THREADS": str(threads)})
        others = (busy_seconds() - busy - own) / (time.monotonic() - start)
        runs.append(Run(json.loads(text), peak, max(0.0, others)))
        if others < DISTURBED:
            break
        print(f"others kept {others:.2f} CPUs busy; again", file=sys.stderr)
    return min(runs, key=lambda run: run.others)


def alternate(commands: dict[str, Sequence[str | Path]], rounds: int, threads: int) -> dict[str, list[Run]]:
    """The runs of each program. The programs take turns, round by round: a busy machine slows all of them."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for index in range(rounds):
        for name, command in commands.items():
            runs[name].append(run([*command, "--threads", str(threads)], threads))
            print(f"{threads} thread(s), round {index + 1}/{rounds}: {name} {runs[name][-1].milliseconds:.3f} ms",
                  file=sys.stderr)
    return runs


def middle(runs: list[Run], field: str = FIELDS[0]) -> float:
    return median(run.result[field] for run in runs)


def ratio(numerator: list[Run], denominator: list[Run]) -> float:
    """The median of the rounds' ratios."""
    return median(a.milliseconds / b.milliseconds for a, b in zip(numerator, denominator, strict=True))


def machine() -> str:
    """The name of the processor, its architecture, and the number of processors."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'} ({platform.machine()}), {os.cpu_count()} CPUs"


def zoo_binary() -> str:
    return os.environ.get("ZOO_BIN") or output("script/build")


def markdown(header: list[str], rows: list[list[str]], left: int = 1) -> str:
    """A table whose first `left` columns are text."""
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, rule, *rows])


def publish(text: str, file: Path | None) -> None:
    """Prints a report, and writes it to a file if one is named."""
    print(text)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
