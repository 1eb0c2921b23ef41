"""Writes shape.json: operators that reshape, split or repeat elements, or return their number."""

from harness import *

MAKERS = {
    "float32": normal, "float64": lambda s: normal(s, "float64"), "int64": integers, "bool": booleans,
}

for name, make in MAKERS.items():
    for shape, axes in [((1, 3, 1), None), ((1, 3, 1), [0]), ((1, 3, 1), [-1, 0]), ((1,), [0]), ((2, 3), None),
                        ((1, 0), [0])]:
        case("Squeeze", f"{name} {list(shape)} {axes}", [make(shape)] + ([] if axes is None else [int64(*axes)]))
    for shape, axes in [((3,), [0]), ((2, 3), [1, -1]), ((), [0, 1]), ((0, 2), [-3]), ((2,), [2, 0])]:
        case("Unsqueeze", f"{name} {list(shape)} {axes}", [make(shape), int64(*axes)])
    for shape, axis in [((2, 3, 4), 0), ((2, 3, 4), 1), ((2, 3, 4), 3), ((2, 3, 4), -1), ((3,), -1), ((), 0),
                        ((0, 3), 1)]:
        case("Flatten", f"{name} {list(shape)} {axis}", [make(shape)], {"axis": axis})
    case("Flatten", f"{name} default axis", [make((2, 3, 2))])
    for shape, repeats in [((3,), [2]), ((2, 3), [2, 2]), ((2, 1, 2), [1, 3, 2]), ((2, 3), [0, 2]), ((0, 2), [2, 1])]:
        case("Tile", f"{name} {list(shape)} {repeats}", [make(shape), int64(*repeats)])
    for shape, axis, sizes in [((6,), 0, [2, 4]), ((2, 5), 1, [1, 3, 1]), ((2, 5), -1, [5]), ((4, 2), 0, [0, 4])]:
        case("Split", f"{name} {list(shape)} {axis} {sizes}", [make(shape), int64(*sizes)], {"axis": axis},
             outputs=len(sizes))
    for shape, axis, count in [((6,), 0, 2), ((2, 7), 1, 3), ((3, 2, 2), -2, 2)]:
        attributes = {"axis": axis, "num_outputs": count}
        case("Split", f"{name} {list(shape)} {axis} into {count}", [make(shape)], attributes, outputs=count)
    case("Split", f"{name} default axis", [make((3, 2)), int64(1, 2)], outputs=2)
    for shape, bounds in [((2, 3, 4), {}), ((2, 3, 4), {"start": 1}), ((2, 3, 4), {"end": -1}), ((), {}), ((0, 5), {}),
                          ((2, 3, 4), {"start": -2, "end": 9}), ((2, 3), {"start": 2, "end": 1}),
                          ((2, 3), {"start": -9})]:
        case("Shape", f"{name} {list(shape)} {bounds}", [make(shape)], bounds)
    for shape in SHAPES:
        case("Size", f"{name} {list(shape)}", [make(shape)])

write()
