"""Values of TopK."""
import itertools

from harness import *

for dtype, largest in itertools.product(["float32", "float64", "int64"], [1, 0]):
    make = integers if dtype == "int64" else lambda shape: normal(shape, dtype)
    for shape, axis, k in [((5,), 0, 3), ((2, 4), -1, 2), ((4, 2), 0, 4), ((2, 3, 2), -2, 1), ((2, 3), 1, 0),
                           ((0, 3), 1, 2)]:
        case("TopK", f"{dtype} {list(shape)} axis {axis} k {k} largest {largest}", [make(shape), int64(k)],
             {"axis": axis, "largest": largest}, outputs=2)
    case("TopK", f"{dtype} ties, largest {largest}",
         [np.array([[1, 3, 3, 0, 3, 1], [2, 2, 2, 2, 2, 2]], dtype), int64(4)], {"largest": largest}, outputs=2)
    # The order is unspecified. Only one element can be compared.
    case("TopK", f"{dtype} unsorted, largest {largest}", [make((3, 4)), int64(1)],
         {"largest": largest, "sorted": 0}, outputs=2)
for dtype in ["float32", "float64"]:
    case("TopK", f"{dtype} defaults", [normal((2, 5), dtype), int64(2)], outputs=2)
    case("TopK", f"{dtype} infinities", [np.array([1, np.inf, -np.inf, 0, np.inf], dtype), int64(5)], outputs=2)
    # NaN is the greatest value in NumPy and PyTorch; ONNX does not specify it.
    x = np.array([1, np.nan, 3, np.nan, -3], dtype)
    for largest, order in [(1, [1, 3, 2, 0, 4]), (0, [4, 0, 2, 1, 3])]:
        case("TopK", f"{dtype} NaN, largest {largest}", [x, int64(5)], {"largest": largest},
             expected=[x[order], int64(*order)])

write()
