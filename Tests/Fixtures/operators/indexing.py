"""Writes indexing.json: operators that read or write elements at indices."""

from harness import *

MAKERS = {
    "float32": normal, "float64": lambda s: normal(s, "float64"), "int64": integers, "bool": booleans,
}


def indices(shape, extent):
    return rng.integers(-extent, extent, shape, dtype=np.int64)


def distinct(shape, extent):
    """Indices without duplicates along axis 0."""
    columns = [rng.permutation(extent)[: shape[0]] for _ in range(int(np.prod(shape[1:])))]
    return np.array(columns, dtype=np.int64).T.reshape(shape)


for name, make in MAKERS.items():
    for data, axis, shape in [((4,), 0, (3,)), ((3, 4), 1, (2, 2)), ((3, 4), -2, ()), ((2, 3, 2), 1, (1, 2)),
                              ((3, 2), 0, (0,)),
                              ((2, 0, 3), 2, (2,))]:
        case("Gather", f"{name} {list(data)} {axis} {list(shape)}", [make(data), indices(shape, data[axis])],
             {"axis": axis})
    case("Gather", f"{name} default axis", [make((3, 2)), int64(2, 0)])
    for data, axis, shape in [((4,), 0, (6,)), ((3, 4), 1, (3, 2)), ((3, 4), -2, (5, 4)), ((2, 3, 2), 1, (1, 4, 1)),
                              ((3, 2), 0, (0, 2)), ((2, 2, 3), -1, (2, 2, 3))]:
        inputs = [make(data), indices(shape, data[axis])]
        case("GatherElements", f"{name} {list(data)} {axis} {list(shape)}", inputs, {"axis": axis})
    case("GatherElements", f"{name} default axis", [make((3, 2)), int64(2, 0).reshape(1, 2)])
    for data, batch, shape in [((4,), 0, (3, 1)), ((3, 4), 0, (2, 2)), ((3, 4), 0, (2, 1)), ((3, 3), 0, (2,)),
                               ((2, 3, 4), 1, (2, 1)),
                               ((2, 3, 3), 1, (2, 2, 2)), ((2, 2, 3), 2, (2, 2, 1)), ((3, 2), 0, (0, 1))]:
        extent = data[batch]
        inputs = [make(data), indices(shape, extent)]
        case("GatherND", f"{name} {list(data)} batch {batch} {list(shape)}", inputs, {"batch_dims": batch})
    case("GatherND", f"{name} default batch", [make((3, 2)), int64(2, 0).reshape(1, 2)])

for name, make in MAKERS.items():
    for data, axis, shape in [((4,), 0, (3,)), ((4, 3), 0, (2, 3)), ((4, 3), -2, (2, 1)), ((5, 2, 2), 0, (3, 1, 2)),
                              ((3, 2), 0, (0, 2))]:
        inputs = [make(data), distinct(shape, data[axis]), make(shape)]
        case("ScatterElements", f"{name} {list(data)} {axis} {list(shape)}", inputs, {"axis": axis})
    columns = distinct((3, 2), 4).T
    case("ScatterElements", f"{name} last axis", [make((2, 4)), columns, make((2, 3))], {"axis": -1})
    case("ScatterElements", f"{name} negative", [make((2, 4)), int64(-1, -4).reshape(2, 1), make((2, 1))], {"axis": 1})
    case("ScatterElements", f"{name} defaults", [make((3, 2)), int64(2, 0).reshape(1, 2), make((1, 2))])
    case("ScatterND", f"{name} elements", [make((3, 4)), int64(0, 1, -1, 2, 2, 0).reshape(3, 2), make((3,))])
    case("ScatterND", f"{name} rows", [make((3, 4)), int64(2, 0).reshape(2, 1), make((2, 4))], {"reduction": "none"})
    case("ScatterND", f"{name} grid", [make((2, 3, 2)), int64(0, 1, 1, 2).reshape(2, 1, 2), make((2, 1, 2))])
    case("ScatterND", f"{name} one vector", [make((3, 2)), int64(-2), make((2,))])
    case("ScatterND", f"{name} nothing", [make((3, 2)), np.zeros((0, 1), np.int64), make((0, 2))])

for name, reduction in itertools.product(["float32", "float64", "int64"], ["add", "mul", "max", "min"]):
    make, label = MAKERS[name], f"{name} {reduction}"
    for data, axis, shape in [((3,), 0, (6,)), ((3, 4), 1, (3, 6)), ((3, 4), -2, (5, 2)), ((2, 2, 2), 1, (1, 5, 2))]:
        inputs = [make(data), indices(shape, data[axis]), make(shape)]
        case("ScatterElements", f"{label} {list(data)} {axis}", inputs, {"axis": axis, "reduction": reduction})
    for data, shape in [((3,), (6, 1)), ((2, 2, 2), (5, 2)), ((2, 2), (3, 2, 1))]:
        inputs = [make(data), indices(shape, data[0]), make(shape[:-1] + data[shape[-1]:])]
        case("ScatterND", f"{label} {list(data)} {list(shape)}", inputs, {"reduction": reduction})

# Booleans: ONNX Runtime has no kernels, and the reference evaluator none for products.
for reduction, combine in {"add": np.logical_or, "mul": np.logical_and, "max": np.logical_or,
                           "min": np.logical_and}.items():
    data, places, updates = booleans((5,)), indices((12,), 5), booleans((12,))
    expected = data.copy()
    combine.at(expected, places, updates)
    case("ScatterElements", f"bool {reduction}", [data, places, updates], {"reduction": reduction}, expected=[expected])
    case("ScatterND", f"bool {reduction}", [data, places[:, None], updates], {"reduction": reduction},
         expected=[expected])

write()
