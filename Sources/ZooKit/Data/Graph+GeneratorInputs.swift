import GraphIR

extension Graph {
  /// Whether the network takes labels, [batch] of int64, beside its first input.
  var takesLabels: Bool { inputs.count == 2 && inputs[1].type == TensorType(.int64, [-1]) }

  /// The inputs of a generator: noise, and classes if it takes them.
  ///
  /// - Parameters:
  ///   - count: the draws of noise.
  ///   - stream: the stream of the noise. It is drawn from its current position.
  ///   - classes: the class of each sample, a multiple of `count`; each `count` of them get the same noise. nil for a
  ///     generator without labels.
  func generatorInputs(count: Int, from stream: RandomStream, classes: [Int]?) -> [String: TensorValue] {
    var stream = stream
    let input = inputs[0]
    let noise = stream.normal(Shape([count] + input.type.shape.dropFirst()))
    guard let classes else { return [input.name: noise] }
    let numbers: [Float] = noise.elements()
    let repeated = (0..<classes.count / count).flatMap { _ in numbers }
    return [
      input.name: TensorValue(repeated, shape: Shape([classes.count] + input.type.shape.dropFirst())),
      inputs[1].name: TensorValue(classes.map(Int64.init)),
    ]
  }
}
