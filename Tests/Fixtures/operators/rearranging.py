"""Writes rearranging.json: operators that rearrange blocks, pad, cut triangles, and create patterns."""

from harness import *

MAKERS = {
    "float32": normal, "float64": lambda s: normal(s, "float64"), "int64": integers, "bool": booleans,
}


def depth_to_space(x, block, mode):
    n, c, h, w = x.shape
    if mode == "DCR":
        apart = x.reshape(n, block, block, c // block**2, h, w).transpose(0, 3, 4, 1, 5, 2)
    else:
        apart = x.reshape(n, c // block**2, block, block, h, w).transpose(0, 1, 4, 2, 5, 3)
    return apart.reshape(n, c // block**2, h * block, w * block)


for name, make in MAKERS.items():
    # ONNX Runtime has these kernels for floats only.
    by_hand = lambda f: None if name.startswith("float") else [f()]
    for (shape, block), mode in itertools.product([((1, 4, 2, 3), 2), ((2, 18, 1, 2), 3), ((1, 2, 2, 2), 1)],
                                                  ["DCR", "CRD"]):
        x = make(shape)
        expected = by_hand(lambda: depth_to_space(x, block, mode))
        case("DepthToSpace", f"{name} {list(shape)} {mode}", [x], {"blocksize": block, "mode": mode}, expected=expected)
    for shape, block in [((1, 1, 4, 6), 2), ((2, 2, 3, 6), 3), ((1, 2, 2, 2), 1)]:
        x = make(shape)
        n, c, h, w = shape
        expected = by_hand(lambda: x.reshape(n, c, h // block, block, w // block, block).transpose(0, 3, 5, 1, 2, 4)
                           .reshape(n, c * block**2, h // block, w // block))
        case("SpaceToDepth", f"{name} {list(shape)}", [x], {"blocksize": block}, expected=expected)
    for shape, k, upper in itertools.product([(3, 4), (2, 3, 2)], [None, -1, 0, 1, 5], [0, 1]):
        x = make(shape)
        expected = [(np.triu if upper else np.tril)(x, k or 0)]
        case("Trilu", f"{name} {list(shape)} {k} {upper}", [x] + ([] if k is None else [np.array(k)]), {"upper": upper},
             expected=None if name != "bool" else expected)
    case("EyeLike", f"{name}", [make((3, 3))], expected=[np.eye(3).astype(name)])
    for k, target in [(0, "float32"), (1, "float64"), (-1, "int64"), (9, "bool")]:
        attributes = {"k": k, "dtype": TYPES[np.dtype(target)][1]}
        case("EyeLike", f"{name} {k} {target}", [make((2, 4))], attributes, expected=[np.eye(2, 4, k).astype(target)])

for name, mode in itertools.product(["float32", "float64", "int64", "bool"], ["reflect", "edge", "wrap"]):
    for shape, pads in [((4,), [2, 3]), ((3, 4), [1, 2, 2, 1]), ((2, 3, 3), [0, 1, 0, 1, 0, 2]), ((5,), [-1, 2]),
                        ((4, 3), [2, -1, -1, 0])]:
        case("Pad", f"{name} {mode} {list(shape)} {pads}", [MAKERS[name](shape), int64(*pads)], {"mode": mode})
    case("Pad", f"{name} {mode} one axis", [MAKERS[name]((2, 4)), int64(2, 1), None, int64(-1)], {"mode": mode})
for name, axis in itertools.product(["float32", "int64"], [-1, 0, 1]):
    case("OneHot", f"{name} {axis}", [integers((2, 3), -4, 5), np.array(4), MAKERS[name]((2,))], {"axis": axis})
case("OneHot", "float indices and depth", [np.float32([0, 1.9, -1, 7]), np.array([3], np.float32), np.float32([0, 1])])
for attributes, value in [({"value_float": 0.5}, np.float32(0.5)),
                          ({"value_floats": [0.5, -1.5]}, np.float32([0.5, -1.5])),
                          ({"value_int": -3}, np.int64(-3)), ({"value_ints": [2, 3]}, int64(2, 3)),
                          ({"value_ints": [MIN, MAX]}, int64(MIN, MAX))]:
    case("Constant", str(attributes), [], attributes, expected=[value])
for shape in [(2, 3), (), (0, 2), (4,), (1, 1)]:
    case("ConstantOfShape", f"{list(shape)}", [int64(*shape)])

write()
