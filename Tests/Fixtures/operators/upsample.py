"""Writes upsample.json: images enlarged as in operator sets before 10."""

import harness
from harness import *

# The last operator set with Upsample.
harness.OPSET = 9


def upsample(label, x, scales, **attributes):
    case("Upsample", label, [x, np.array(scales, np.float32)], attributes)


image = normal((2, 1, 3, 4))
upsample("default mode", image, [1, 1, 2, 3])
upsample("nearest, no whole scale", image, [1, 1, 1.5, 2.25], mode="nearest")
upsample("nearest, matrix", normal((2, 3)), [2, 2])
upsample("nearest int64", integers((1, 1, 2, 2)), [1, 1, 2, 2])
upsample("as it is", image, [1, 1, 1, 1], mode="nearest")
upsample("linear", image, [1, 1, 2, 3], mode="linear")
upsample("linear, no whole scale", image, [1, 1, 1.5, 2.25], mode="linear")
upsample("linear, matrix", normal((3, 2)), [2, 2], mode="linear")

write()
