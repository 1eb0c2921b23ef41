#!/usr/bin/env python3
"""Compiled training steps beside PyTorch, JAX and ONNX Runtime: time, peak memory, compilation, share of the peak.

All programs take turns, round by round. Prints Markdown tables: medians over the rounds, and the median of the rounds'
ratios.

    Benchmarks/compiled_vs_peers.py [--rounds 5] [--only small-critic] [--commit Docs/data/compiled-vs-peers.md]
"""

import argparse
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from alternating import Run, alternate, machine, markdown, middle, output, publish, ratio
from programs import Peer, Programs


@dataclass(frozen=True)
class Target:
    """The required factor by which zoo is faster than a peer (the floor), and the aim."""

    peer: Peer
    floor: float
    aim: float


@dataclass(frozen=True)
class Work:
    """A model, the parameters of its runs, and its targets. Peers without a target are for comparison."""

    model: str
    title: str
    threads: int
    iterations: int
    targets: list[Target]
    others: list[Peer]
    # The required share of the processor's peak, and the aim.
    peak: tuple[float, float] | None = None

    @property
    def peers(self) -> list[Peer]:
        return [*self.others, *(target.peer for target in self.targets)]


WORKS = [
    Work("wgan-gp-fashion", "wgan-gp-fashion, batch 64", 2, 300, [
        Target(Peer.EAGER, 4.5, 6), Target(Peer.BEST, 2.5, 3.5), Target(Peer.JAX, 1.8, 2.2),
        Target(Peer.ORT, 1.2, 1.8)], [], (0.65, 0.75)),
    Work("wgan-gp-fashion", "wgan-gp-fashion, batch 64", 1, 300, [], list(Peer)),
    Work("wgan-gp-fashion-conv", "wgan-gp-fashion-conv, batch 50", 2, 30, [
        Target(Peer.BEST, 1.8, 2.3), Target(Peer.JAX, 1.8, 2.3)], [Peer.EAGER], (0.6, 0.72)),
    # One cycle of five critic updates and a generator update takes many seconds. The images are random.
    Work("wgan-gp-cifar-resnet", "wgan-gp-cifar-resnet, batch 64", 2, 5, [
        Target(Peer.BEST, 1.3, 1.8), Target(Peer.JAX, 1.3, 1.8)], [Peer.EAGER]),
    Work("Benchmarks/small-critic.yaml", "small critic 64-64, batch 64", 1, 3000, [
        Target(Peer.EAGER, 8, 12), Target(Peer.ORT, 2.8, 4)], [Peer.BEST, Peer.JAX]),
]
MEMORY_FLOOR, MEMORY_AIM = 0.5, 0.3
COMPILE_FLOOR, COMPILE_AIM = 1.0, 0.3


def verdict(value: float, floor: float, aim: float, smaller_is_better: bool = False) -> str:
    sign = -1 if smaller_is_better else 1
    return "aim" if sign * value >= sign * aim else "floor" if sign * value >= sign * floor else "no"


def speed_rows(work: Work, runs: dict[str, list[Run]]) -> list[list[str]]:
    targets = {target.peer: target for target in work.targets}
    rows = []
    for peer in work.peers:
        faster, target = ratio(runs[peer], runs["zoo"]), targets.get(peer)
        asked = ["–"] * 3
        if target:
            asked = [f"{target.floor:.2g}", f"{target.aim:.2g}", verdict(faster, target.floor, target.aim)]
        rows.append([
            work.title, str(work.threads), peer, f"{middle(runs[peer]):.3g}", f"{middle(runs['zoo']):.3g}",
            f"{faster:.2f}", *asked])
    return rows


def memory_row(work: Work, runs: dict[str, list[Run]]) -> list[str]:
    peak = {name: median(run.peak_megabytes for run in runs[name]) for name in runs}
    share = peak["zoo"] / peak[Peer.EAGER]
    columns = ["zoo", Peer.EAGER, Peer.BEST, Peer.JAX, Peer.ORT]
    return [
        work.title, *(f"{peak[name]:.0f}" if name in peak else "–" for name in columns), f"{share:.2f}",
        verdict(share, MEMORY_FLOOR, MEMORY_AIM, smaller_is_better=True)]


def compile_row(work: Work, runs: dict[str, list[Run]]) -> list[str]:
    seconds = middle(runs["zoo"], "compileMilliseconds") / 1000
    peers = [f"{middle(runs[peer], 'compileSeconds'):.2f}" if peer in runs else "–" for peer in (Peer.JAX, Peer.ORT)]
    return [
        work.title, f"{seconds:.3f}", *peers, verdict(seconds, COMPILE_FLOOR, COMPILE_AIM, smaller_is_better=True)]


def peak_row(work: Work, runs: dict[str, list[Run]]) -> list[str]:
    share = middle(runs["zoo"], "rooflineShare")
    asked = [f"{work.peak[0]:.2g}", f"{work.peak[1]:.2g}", verdict(share, *work.peak)] if work.peak else ["–"] * 3
    return [work.title, str(work.threads), f"{middle(runs['zoo'], 'gigaflopsPerSecond'):.0f}", f"{share:.2f}", *asked]


def report(options: argparse.Namespace, programs: Programs) -> str:
    speed, memory, compilation, peaks, disturbed = [], [], [], [], 0.0
    for work in WORKS:
        if options.only and Path(work.model).stem not in options.only:
            continue
        commands = {"zoo": programs.zoo(work.model, work.iterations)}
        commands |= {peer: programs.peer(peer, work.model, work.iterations) for peer in work.peers}
        runs = alternate(commands, options.rounds, work.threads)
        speed += speed_rows(work, runs)
        peaks.append(peak_row(work, runs))
        if work.targets:
            memory.append(memory_row(work, runs))
            compilation.append(compile_row(work, runs))
        disturbed = max(disturbed, *(run.others for rows in runs.values() for run in rows))
    versions = output(
        programs.python, "-c",
        "import jax, onnxruntime, platform, torch; print(f'PyTorch {torch.__version__}, JAX {jax.__version__},"
        " ONNX Runtime {onnxruntime.__version__}, Python {platform.python_version()}')")
    swift = output("swift", "--version").splitlines()[0]
    return "\n".join([
        f"{machine()}, {date.today()}; {swift}; {versions}; {options.rounds} alternating rounds. Other work kept at"
        f" most {disturbed:.2f} CPUs busy during a run.", "",
        "Milliseconds of one iteration: a critic update and its share of a generator update. Ratio: the peer's time"
        " divided by zoo's. PyTorch eager leaves the fakes attached to the generator, as much published code does.", "",
        markdown(["work", "threads", "peer", "peer, ms", "zoo, ms", "ratio", "floor", "aim", "met"], speed), "",
        "zoo's GFLOP/s, and their share of the peak of fused multiplications and additions in registers, measured after"
        " every cycle.", "",
        markdown(["work", "threads", "GFLOP/s", "share", "floor", "aim", "met"], peaks), "",
        "Peak memory of the whole process in MB, and zoo's share of PyTorch eager's"
        f" (floor {MEMORY_FLOOR}, aim {MEMORY_AIM}).", "",
        markdown(["work", "zoo", "PyTorch eager", "at its best", "JAX", "ONNX Runtime", "share", "met"], memory), "",
        "Seconds of compilation (ONNX Runtime: of creating both sessions); for zoo, tracing, passes and plans"
        f" (floor {COMPILE_FLOOR:g}, aim {COMPILE_AIM:g}).", "",
        markdown(["work", "zoo", "JAX", "ONNX Runtime", "met"], compilation)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", metavar="MODEL", choices=sorted({Path(work.model).stem for work in WORKS}))
    parser.add_argument("--data", metavar="DIR", help="folder of Fashion-MNIST's IDX files")
    parser.add_argument("--commit", metavar="FILE", type=Path, help="write the tables there too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        publish(report(options, Programs(Path(folder), options.data)), options.commit)


if __name__ == "__main__":
    main()
