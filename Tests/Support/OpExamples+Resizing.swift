import GraphIR

/// Images of another size.
extension OpExamples {
  static func resize(_ data: inout ExampleData) -> [OpExample] {
    func call(
      _ label: String, _ x: TensorValue, _ sizes: [Int], _ attributes: [String: AttributeValue]
    ) -> OpExample {
      OpExample(.resize, label, [x, nil, nil, TensorValue(integers: sizes)], Attributes(attributes))
    }
    let spatial: AttributeValue = .ints([2, 3])
    let scales = TensorValue([Float(1), 1, 2, 0.5])
    return [
      call("nearest", data.signed([1, 1, 2, 2]), [1, 1, 3, 4], [:]),
      call("nearest, ceil", data.signed([1, 2, 3]), [1, 2, 2], ["nearest_mode": .string("ceil")]),
      call("linear", data.signed([1, 1, 2, 3]), [4, 2], ["mode": .string("linear"), "axes": spatial]),
      call(
        "linear, antialias", data.signed([1, 1, 1, 5]), [1, 2],
        ["mode": .string("linear"), "axes": spatial, "antialias": .int(1)]),
      call(
        "cubic", data.signed([1, 1, 3, 2]), [2, 3],
        [
          "mode": .string("cubic"), "axes": spatial, "cubic_coeff_a": .float(-0.5), "exclude_outside": .int(1),
        ]),
      call(
        "keep aspect ratio", data.signed([2, 4]), [3, 3],
        [
          "mode": .string("linear"), "keep_aspect_ratio_policy": .string("not_larger"),
          "coordinate_transformation_mode": .string("align_corners"),
        ]),
      OpExample(.resize, "scales", [data.signed([1, 1, 2, 2]), nil, scales], ["mode": .string("linear")]),
      OpExample(
        .resize, "crop",
        [data.signed([3, 3]), TensorValue([Float(0), -0.5, 0.75, 1.25]), nil, TensorValue(integers: [2, 4])],
        [
          "mode": .string("linear"), "coordinate_transformation_mode": .string("tf_crop_and_resize"),
          "extrapolation_value": .float(0.5),
        ]),
      OpExample(
        .resize, "int64", [data.integers([2, 2]), nil, TensorValue([Float(1.5), 2])],
        ["coordinate_transformation_mode": .string("asymmetric")]),
    ]
  }

  static func upsample(_ data: inout ExampleData) -> [OpExample] {
    func scales(_ numbers: Float...) -> TensorValue { TensorValue(numbers) }
    return [
      OpExample(.upsample, "nearest", [data.signed([1, 2, 2]), scales(1, 2, 1.5)]),
      OpExample(.upsample, "linear", [data.signed([1, 1, 2, 2]), scales(1, 1, 2, 1.5)], ["mode": .string("linear")]),
      OpExample(.upsample, "linear matrix", [data.signed([3, 2]), scales(2.5, 1.5)], ["mode": .string("linear")]),
      OpExample(.upsample, "as it is", [data.signed([2, 2]), scales(1, 1)]),
      OpExample(.upsample, "int64", [data.integers([1, 3]), scales(2, 2)]),
    ]
  }
}
