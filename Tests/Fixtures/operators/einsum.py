"""Writes einsum.json: Einstein's summation, with every kind of equation."""

from harness import *

EQUATIONS = [
    ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ij->i", (2, 3)), ("ba", (2, 3)), ("ii->i", (3, 3)), ("ii", (3, 3)),
    ("iji->j", (2, 3, 2)),
    ("i,i->", (4,), (4,)), ("i,j->ij", (2,), (3,)), ("ij,jk", (2, 3), (3, 2)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 4)),
    ("bij,bjk->bik", (1, 2, 3), (2, 3, 4)), ("bhqd,bhkd->bhqk", (1, 2, 3, 4), (1, 2, 2, 4)),
    ("ab,cd->da", (2, 3), (4, 2)),
    ("abc,dca->bd", (2, 3, 4), (2, 4, 2)), ("ij,ij->ij", (2, 3), (2, 3)), ("ij,ij->ij", (1, 3), (2, 1)),
    ("ij,jk->ik", (2, 1), (3, 2)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)), ("i,i,i->i", (3,), (3,), (3,)), ("ij,k,jk->", (2, 3), (4,), (3, 4)),
    ("ii,ij->j", (2, 2), (2, 3)), ("...ij,...jk->...ik", (2, 2, 3), (1, 3, 4)), ("i...->...i", (2, 3, 4)),
    ("i...,...i->...", (2, 3), (1, 2)), ("...", (2, 3)), ("...i,...i", (2, 3), (1, 3)), ("...ij->...ji", (2, 3)),
    (" i j , j k -> i k ", (2, 3), (3, 2)), (",i->i", (), (3,)), ("->", ()), ("bA,Ab", (2, 3), (3, 2)),
    ("bA->Ab", (2, 3)),
    ("ij,jk->ik", (2, 0), (0, 3)), ("ij->i", (0, 3)), ("ij->j", (0, 3)),
]
# ONNX requires ellipses of equal length, and ONNX Runtime supports no capitals with an implicit result.
MORE = [
    ("...ij,...jk->...ik", (2, 2, 3), (3, 4)), ("...ij,...jk->...ik", (2, 1, 2, 3), (3, 3, 2)),
    ("...i,...i", (2, 3), (3,)), ("bA", (2, 3)),
]
for equation, *shapes in EQUATIONS + MORE:
    for dtype in ["float32", "float64", "int64"]:
        inputs = [integers(shape) if dtype == "int64" else normal(shape, dtype) for shape in shapes]
        by_numpy = [np.asarray(np.einsum(equation, *inputs))] if (equation, *shapes) in MORE else None
        label = f"{dtype} {equation} of {[list(shape) for shape in shapes]}"
        case("Einsum", label, inputs, {"equation": equation}, expected=by_numpy)

write()
