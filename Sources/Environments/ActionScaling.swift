/// The linear map from an agent's bounds to those of an action space, in the arithmetic of Gymnasium's `RescaleAction`:
/// (action - intercept) / slope, in float32.
public struct ActionScaling: Sendable {
  /// The bounds of the action space.
  public let box: Box
  /// The agent's bounds of every element.
  public let bounds: ClosedRange<Double>
  /// The length of the agent's interval divided by the length of the space's interval, for each element.
  public let slope: [Float]
  /// The agent's action that is mapped to 0, for each element.
  public let intercept: [Float]

  /// The map to a box with finite bounds.
  /// - Parameters:
  ///   - box: the bounds of the action space.
  ///   - bounds: the agent's bounds of every element, by default ±1.
  public init(to box: Box, from bounds: ClosedRange<Double> = -1...1) {
    self.box = box
    self.bounds = bounds
    let width = bounds.upperBound - bounds.lowerBound
    // Without an upper limit, an interval of length 0 would produce NaN.
    slope = zip(box.low, box.high).map {
      min(max(Float(width / (Double($1) - Double($0))), .leastNonzeroMagnitude), .greatestFiniteMagnitude)
    }
    intercept = zip(slope, box.low).map { Float(Double($0 * -$1) + bounds.lowerBound) }
  }

  /// An element of the space's action. An element within the agent's bounds lies in the space, despite rounding.
  public func callAsFunction(_ value: Float, at index: Int) -> Float {
    let stretched = (value - intercept[index]) / slope[index]
    return bounds.contains(Double(value)) ? box.clamp(stretched, at: index) : stretched
  }
}
