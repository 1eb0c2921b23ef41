import Foundation
import GraphIR

extension ImportedOperators {
  /// Fourier transforms as matrix products, with derivatives of any order. Source: ONNX DFT-20, STFT-17.
  static let fourier: [String: Composition] = [
    "DFT": { graph, call in
      let shape = try graph.shape(call.input(0))
      let given = try call.opset < 20 ? call.int("axis", default: 1) : graph.knownInteger(2, call) ?? -2
      guard let axis = shape.normalized(axis: given), axis < shape.rank - 1, shape[axis] > 0,
        let parts = shape.last, parts == 1 || parts == 2
      else {
        throw call.error(
          .graph, "the input is \(shape), expected a known extent at axis \(given) and 1 or 2 parts at the end")
      }
      let isOneSided = try call.int("onesided", default: 0) == 1
      let isInverse = try call.int("inverse", default: 0) == 1
      let count = try graph.knownInteger(1, call) ?? (isOneSided && isInverse ? 2 * (shape[axis] - 1) : shape[axis])
      let transform = FourierTransform(count: count, isOneSided: isOneSided, isInverse: isInverse, parts: parts)
      return [try graph.transformed(call.input(0), axis: axis, transform, call)]
    },
    "STFT": { graph, call in
      var signal = try call.input(0)
      // PyTorch leaves out the axis of a single part.
      if try graph.shape(signal).rank == 2 { signal = try graph.call(.unsqueeze, signal, graph.integers([2])) }
      let shape = try graph.shape(signal)
      let window = try call.tensor(2)
      guard shape.rank == 3, shape[1] > 0, let step = try graph.knownInteger(1, call), step > 0,
        try window.map({ try graph.shape($0).rank == 1 }) ?? true
      else {
        throw call.error(
          .graph, "the signal is \(shape), expected [batch, length, parts], a positive step and a vector as window")
      }
      let length = try graph.knownInteger(3, call) ?? window.map { try graph.shape($0)[0] } ?? shape[1]
      guard (1...shape[1]).contains(length) else {
        throw call.error(.graph, "a frame has \(length) samples, and the signal \(shape[1])")
      }
      let count = (shape[1] - length) / step + 1
      _ = try graph.bounded([count, length], call)
      let places = (0..<count).flatMap { frame in (0..<length).map { frame * step + $0 } }
      let rows = try graph.call(.gather, signal, graph.integers(places), attributes: ["axis": .int(1)])
      var frames = try graph.reshape(rows, to: [shape[0], count, length, shape[2]])
      if let window { frames = try graph.call(.mul, frames, graph.reshape(window, to: [length, 1])) }
      let transform = FourierTransform(
        count: length, isOneSided: try call.int("onesided", default: 1) == 1, isInverse: false, parts: shape[2])
      return [try graph.transformed(frames, axis: 2, transform, call)]
    },
  ]
}

/// A discrete Fourier transform as a matrix.
private struct FourierTransform {
  /// The samples of the signal.
  let count: Int
  let isOneSided: Bool
  let isInverse: Bool
  /// The parts of an element of the input: 1 for real ones, 2 for complex ones.
  let parts: Int

  /// The elements of the input along the axis. One-sided spectra leave out what the symmetry implies.
  var inputCount: Int { isInverse && isOneSided ? count / 2 + 1 : count }
  var outputCount: Int { !isInverse && isOneSided ? count / 2 + 1 : count }
  var outputParts: Int { isInverse && isOneSided ? 1 : 2 }

  /// The matrix [input element and part, output element and part], row by row.
  var matrix: [Double] {
    let scale = isInverse ? 1 / Double(count) : 1
    return (0..<inputCount).flatMap { row -> [Double] in
      // In a one-sided spectrum an element stands for its mirror image, too.
      let isDouble = isInverse && isOneSided && row > 0 && 2 * row != count
      return (0..<parts).flatMap { part -> [Double] in
        (0..<outputCount).flatMap { column -> [Double] in
          let angle = (isInverse ? 2 : -2) * .pi * Double(row * column % count) / Double(count)
          let (real, imaginary) = part == 0 ? (cos(angle), sin(angle)) : (-sin(angle), cos(angle))
          return [real, imaginary].prefix(outputParts).map { $0 * scale * (isDouble ? 2 : 1) }
        }
      }
    }
  }
}

extension GraphImport {
  /// The transform along an axis of a tensor whose last axis has the parts. The signal is cut or filled with zeros.
  fileprivate func transformed(
    _ input: CompositionValue, axis: Int, _ transform: FourierTransform, _ call: OperatorCall
  ) throws -> CompositionValue {
    let shape = try self.shape(input)
    guard (1...1 << 24).contains(transform.count) else {
      throw call.error(.limit, "the length is \(transform.count), expected 1 to \(1 << 24)")
    }
    let (rows, columns) = (
      transform.inputCount * transform.parts, transform.outputCount * transform.outputParts
    )
    _ = try bounded([rows, columns], call)
    var x = input
    if shape[axis] > transform.inputCount {
      x = try slice(x, axis: axis, from: 0, to: transform.inputCount)
    } else if shape[axis] < transform.inputCount {
      x = try self.call(.pad, x, integers([0, transform.inputCount - shape[axis]]), nil, integers([axis]))
    }
    // The axis comes to the place before the parts, and both are one for the product.
    var order = Array(shape.indices)
    order.remove(at: axis)
    order.insert(axis, at: shape.rank - 2)
    let moved = try self.call(.transpose, x, attributes: ["perm": .ints(order)])
    let outer = try Array(self.shape(moved).dropLast(2))
    // In float64, since terms of a spectrum cancel.
    let matrix = constant(TensorValue(transform.matrix, shape: [rows, columns]))
    let signal = try cast(reshape(moved, to: Shape(outer + [rows])), like: matrix)
    let product = try cast(self.call(.matMul, signal, matrix), like: input)
    let result = try reshape(product, to: Shape(outer + [transform.outputCount, transform.outputParts]))
    let back = order.indices.map { place in order.firstIndex(of: place) ?? place }
    return try self.call(.transpose, result, attributes: ["perm": .ints(back)])
  }

  /// An input that is one known integer; nil if it is omitted.
  func knownInteger(_ index: Int, _ call: OperatorCall) throws -> Int? {
    guard call.has(index) else { return nil }
    let values = try knownIntegers(index, call)
    guard values.count == 1 else { throw call.error(.graph, "input \(index) has \(values.count) elements, expected 1") }
    return values[0]
  }
}
