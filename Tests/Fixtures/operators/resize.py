"""Writes resize.json: resized images."""

from harness import *

COORDINATES = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric"]


def resize(label, x, attributes, sizes=None, scales=None, roi=None):
    inputs = [x, roi, None if scales is None else np.array(scales, np.float32),
              None if sizes is None else int64(*sizes)]
    while inputs[-1] is None:
        inputs.pop()
    case("Resize", label, inputs, attributes)


image = normal((1, 1, 4, 5))
for mode, coordinates in itertools.product(["nearest", "linear", "cubic"], COORDINATES):
    attributes = {"mode": mode, "coordinate_transformation_mode": coordinates}
    resize(f"{mode} {coordinates} larger", image, attributes, sizes=[1, 1, 8, 10])
    resize(f"{mode} {coordinates} smaller", image, attributes, scales=[1, 1, 0.5, 0.75])
for nearest, coordinates in itertools.product(["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"],
                                              ["half_pixel", "asymmetric"]):
    attributes = {"mode": "nearest", "nearest_mode": nearest, "coordinate_transformation_mode": coordinates}
    resize(f"nearest {nearest} {coordinates}", image, attributes, scales=[1, 1, 2, 0.5])
resize("nearest int64", integers((1, 1, 2, 2)), {}, scales=[1, 1, 2, 2])
resize("linear float64", normal((1, 1, 3, 3), "float64"), {"mode": "linear"}, sizes=[1, 1, 5, 2])
for mode, exclude in itertools.product(["linear", "cubic"], [0, 1]):
    attributes = {"mode": mode, "antialias": 1, "exclude_outside": exclude}
    resize(f"{mode} antialias {exclude}", normal((1, 1, 8, 8)), attributes, sizes=[1, 1, 3, 4])
resize("cubic exclude_outside", image, {"mode": "cubic", "exclude_outside": 1}, sizes=[1, 1, 7, 3])
resize("cubic coefficient", image, {"mode": "cubic", "cubic_coeff_a": -0.5}, sizes=[1, 1, 7, 3])
for policy in ["stretch", "not_larger", "not_smaller"]:
    attributes = {"mode": "linear", "axes": [2, 3], "keep_aspect_ratio_policy": policy}
    resize(f"linear {policy}", image, attributes, sizes=[7, 8])
for mode in ["linear", "nearest"]:
    attributes = {"mode": mode, "coordinate_transformation_mode": "tf_crop_and_resize", "extrapolation_value": 9.5}
    roi = np.array([0, 0, 0.4, -0.3, 1, 1, 1.2, 0.6], np.float32)
    resize(f"{mode} crop", image, attributes, sizes=[1, 1, 3, 3], roi=roi)

write()
