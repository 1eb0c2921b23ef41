"""Gradients of Einsum."""

from harness import *

EQUATIONS = [
    ("ij->ji", (2, 3)), ("ij->i", (2, 3)), ("ii->i", (3, 3)), ("ii", (3, 3)), ("iji->j", (2, 3, 2)),
    ("i,i->", (3,), (3,)), ("i,j->ij", (2,), (3,)),
    ("ij,jk", (2, 3), (3, 2)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)), ("bhqd,bhkd->bhqk", (1, 2, 2, 3), (1, 2, 2, 3)),
    ("ab,cd->da", (2, 3), (2, 2)), ("abc,dca->bd", (2, 3, 2), (2, 2, 2)), ("ij,ij->ij", (1, 3), (2, 1)),
    ("ij,jk,kl->il", (2, 2), (2, 3), (3, 2)),
    ("ii,ij->j", (2, 2), (2, 3)), ("...ij,...jk->...ik", (2, 2, 3), (3, 2)), ("i...,...i->...", (2, 3), (1, 2)),
]


def einsum_cases() -> list[dict]:
    cases = []
    for equation, *shapes in EQUATIONS:
        name = f"Einsum {equation} of {[list(shape) for shape in shapes]}"
        inputs = [real(*shape) for shape in shapes]
        # ONNX's shape inference supports neither broadcasting of lettered axes nor ellipses of different lengths.
        checked = equation not in ("ij,ij->ij", "...ij,...jk->...ik")
        cases.append(
            case(name, "Einsum", {"equation": equation}, inputs, lambda *x, e=equation: torch.einsum(e, *x), checked))
    return cases


if __name__ == "__main__":
    write_cases(einsum_cases())
