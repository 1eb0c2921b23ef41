"""The timing of every peer, as in `zoo bench`: cycles of updates, divided by the number of critic updates in one."""

import json
import time
from collections.abc import Callable

import numpy


def report(framework: str, threads: int, critic_steps: int, iterations: int, cycle: Callable[[], None], **more) -> None:
    """Times cycles of `critic_steps` critic updates and one generator update; prints ms per iteration as JSON.

    One iteration is a critic update and its share of a generator update. At most 25 warm-up iterations come first, and
    no more than are timed.
    """

    def timed() -> float:
        start = time.perf_counter()
        cycle()
        return (time.perf_counter() - start) * 1000 / critic_steps

    for _ in range(max(1, min(25, iterations) // critic_steps)):
        timed()
    times = [timed() for _ in range(max(1, iterations // critic_steps))]
    p10, median, p90 = numpy.percentile(times, [10, 50, 90])
    print(json.dumps({
        "framework": framework, "threads": threads, "iterations": len(times) * critic_steps,
        "medianMilliseconds": round(median, 4), "p10Milliseconds": round(p10, 4), "p90Milliseconds": round(p90, 4),
        **more,
    }))
