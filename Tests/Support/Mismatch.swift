import GraphIR

/// The first position at which two tensors differ by more than `absolute + relative · |expected|`; nil if there is
/// none.
///
/// For `#expect(mismatch(found, expected) == nil)`, which prints the position, both values and their difference. Two
/// NaNs are equal, as are infinities of one sign; types must be equal.
public func mismatch(
  _ found: TensorValue, _ expected: TensorValue, relative: Double = 0, absolute: Double = 0
) -> String? {
  guard found.type == expected.type else { return "found \(found.type), expected \(expected.type)" }
  guard found.dtype != .int64 else {
    let (left, right) = (found.elements(as: Int64.self), expected.elements(as: Int64.self))
    return left.indices.first { left[$0] != right[$0] }.map {
      "at \(position($0, in: found.shape)): found \(left[$0]), expected \(right[$0])"
    }
  }
  return mismatch(found.doubles, expected.doubles, shape: found.shape, relative: relative, absolute: absolute)
}

/// The first position at which two lists differ by more than `absolute + relative · |expected|`; nil if there is none.
public func mismatch(
  _ found: [Double], _ expected: [Double], shape: Shape? = nil, relative: Double = 0, absolute: Double = 0
) -> String? {
  guard found.count == expected.count else { return "found \(found.count) numbers, expected \(expected.count)" }
  for (index, (left, right)) in zip(found, expected).enumerated() where !(left == right || left.isNaN && right.isNaN) {
    let difference = abs(left - right)
    let allowed = absolute + relative * abs(right)
    if right.isFinite, difference <= allowed { continue }
    let place = position(index, in: shape ?? [found.count])
    return "at \(place): found \(left), expected \(right), difference \(difference), allowed \(allowed)"
  }
  return nil
}

/// The indices along every axis of an element with a given flat index.
private func position(_ index: Int, in shape: Shape) -> [Int] {
  zip(shape.strides, shape).map { stride, extent in index / Swift.max(stride, 1) % Swift.max(extent, 1) }
}
