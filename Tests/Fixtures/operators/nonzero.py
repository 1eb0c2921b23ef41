"""Writes nonzero.json: the positions of elements that are not zero."""

from harness import *

for shape in [(5,), (2, 3), (2, 1, 3), (0,), (0, 2), (1,)]:
    case("NonZero", f"int64 {list(shape)}", [integers(shape, -1, 1)])
    case("NonZero", f"bool {list(shape)}", [booleans(shape)])
    for dtype in ["float32", "float64"]:
        case("NonZero", f"{dtype} {list(shape)}", [integers(shape, -1, 1).astype(dtype) / 2])
for dtype in ["float32", "float64"]:
    case("NonZero", f"{dtype} edges", [np.array(EDGES, dtype)])
case("NonZero", "none", [np.zeros((2, 3), np.float32)])

write()
