import GraphIR
import TestSupport

extension SplitMix64 {
  /// A resized image.
  mutating func resizing(_ dtype: DataType) -> Call {
    let mode = dtype.isFloatingPoint ? pick(["nearest", "linear", "cubic"]) : "nearest"
    let x = value(dtype, [pick([1, 2]), pick([1, 3]), pick([1, 4, 7]), pick([2, 5])], special: false)
    let coordinates = pick(["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"])
    return Call(
      op: .resize, inputs: [x, nil, nil, TensorValue(integers: [pick([1, 3, 8]), pick([1, 4, 9])])],
      attributes: [
        "axes": .ints([2, 3]), "mode": .string(mode), "coordinate_transformation_mode": .string(coordinates),
        "antialias": .int(mode == "nearest" || chance(0.5) ? 0 : 1),
      ])
  }

  /// An image of the same size, or larger.
  mutating func upsampling(_ dtype: DataType) -> Call {
    let x = value(dtype, [pick([1, 2]), pick([1, 3]), pick([1, 4, 7]), pick([2, 5])], special: false)
    let scales: [Float] = [1, 1, pick([1, 1.5, 3]), pick([1, 2, 2.25])]
    let mode = dtype.isFloatingPoint ? pick(["nearest", "linear"]) : "nearest"
    return Call(op: .upsample, inputs: [x, TensorValue(scales)], attributes: ["mode": .string(mode)])
  }
}
