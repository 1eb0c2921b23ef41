"""Gradients of TopK."""

from harness import *


def topk_cases() -> list[dict]:
    cases = []
    for shape, axis, k, largest in [((5,), 0, 3, 1), ((2, 4), -1, 2, 0), ((4, 2), 0, 4, 1), ((2, 3, 2), -2, 1, 0),
                                    ((3, 2), 1, 2, 1)]:
        function = lambda x, n, a=axis, l=largest: torch.topk(x, int(n), a, bool(l))
        name = f"TopK of {list(shape)}, axis {axis}, k {k}, largest {largest}"
        cases.append(case(
            name, "TopK", {"axis": axis, "largest": largest}, [real(*shape), integers(k)],
            lambda x, n, f=function: tuple(f(x, n))))
    square = lambda x, n: tuple(torch.topk(x, int(n)))
    cases.append(case("TopK by default", "TopK", {}, [real(3, 5), integers(2)], square))
    return cases


if __name__ == "__main__":
    write_cases(topk_cases())
