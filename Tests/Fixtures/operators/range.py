"""Writes range.json: evenly spaced numbers. The steps are exact in binary: sums and products agree."""

from harness import *


def arange(label, dtype, start, limit, delta):
    case("Range", label, [np.array(number, dtype) for number in (start, limit, delta)])


for dtype in ["float32", "float64"]:
    arange(f"{dtype} up", dtype, -1, 2.1, 0.25)
    arange(f"{dtype} down", dtype, 1, -1, -0.5)
    arange(f"{dtype} none", dtype, 1, 0, 0.5)
arange("int64 up", "int64", 2, 11, 3)
arange("int64 up to a multiple", "int64", 2, 11, 1)
arange("int64 down", "int64", 3, -4, -2)
arange("int64 none", "int64", 3, 3, 1)

write()
