"""Writes draws.json: draws with only one possible outcome, equal for every generator."""

from harness import *

# ONNX Runtime computes Bernoulli by ONNX's function body, RandomUniformLike > input. It is 1 with probability
# 1 - input: the opposite of the documentation.
for dtype, shape in itertools.product(["float32", "float64"], [(), (4,), (2, 3), (0, 2)]):
    certain = booleans(shape).astype(dtype)
    case("Bernoulli", f"{dtype} {list(shape)}", [certain], {"seed": 1.0}, expected=[certain])
    for to, code in [("float32", 1), ("int64", 7), ("bool", 9), ("float64", 11)]:
        case("Bernoulli", f"{dtype} {list(shape)} to {to}", [certain], {"seed": 1.0, "dtype": code},
             expected=[certain.astype(to)])

for classes, samples in [(1, 1), (4, 1), (4, 5), (7, 3)]:
    logits = np.full((3, classes), -1e4, "float32")
    logits[np.arange(3), rng.integers(0, classes, 3)] = 3
    case("Multinomial", f"{classes} classes, {samples} samples", [logits],
         {"seed": 2.0, "dtype": 7, "sample_size": samples})
case("Multinomial", "default sample size", [logits], {"seed": 2.0, "dtype": 7})

for dtype, shape in itertools.product(["float32", "float64"], [(), (4,), (2, 3), (0, 2)]):
    x = normal(shape, dtype)
    for ratio, training in itertools.product([None, 0.0, 0.5], [None, False, True]):
        if training and ratio != 0:
            continue
        inputs = [x, None if ratio is None else np.array(ratio, dtype),
                  None if training is None else np.array(training)]
        while inputs[-1] is None:
            inputs.pop()
        for outputs in [1, 2]:
            case("Dropout", f"{dtype} {list(shape)}, ratio {ratio}, training {training}, {outputs}", inputs,
                 {"seed": 3}, outputs)
case("Dropout", "no seed", [normal((2, 3))])

write()
