import Autograd
import GraphIR

/// The output of a recurrent layer.
public enum RecurrentOutput: String, Sendable, Codable, CaseIterable {
  /// The hidden state at every step: [batch, steps, hidden].
  case sequence
  /// The hidden state after the last step: [batch, hidden]; after the first one for the backward direction.
  case last
}

/// Long short-term memory of one layer, Hochreiter and Schmidhuber 1997.
///
/// The parameters are ONNX's. `weight` and `recurrence` hold the gates i, o, f, c for each direction, `bias` both of
/// their biases. PyTorch orders the gates i, f, c, o.
public struct LSTM: Layer {
  /// `lstm`.
  public static let kind = "lstm"
  /// The units of the hidden state of a direction.
  public let hidden: Int
  /// Whether there is a second, reversed direction. Its states follow those of the first on the last axis.
  public let isBidirectional: Bool
  /// The output for the next layer.
  public let output: RecurrentOutput

  /// A layer with PyTorch's default initialisation: every parameter uniform on ±1/√hidden.
  public init(_ hidden: Int, bidirectional: Bool = false, output: RecurrentOutput = .sequence) {
    self.hidden = hidden
    isBidirectional = bidirectional
    self.output = output
  }

  /// [batch, steps, features] to the shape of ``output``.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try Recurrence(.lstm, gates: 4, hidden: hidden, isBidirectional: isBidirectional, output: output)(x, in: scope)
  }
}

/// Gated recurrent units of one layer, in the form of arXiv:1412.3555 and PyTorch: the reset gate acts after the matrix
/// product.
///
/// The parameters are ONNX's. `weight` and `recurrence` hold the gates z, r, h for each direction, `bias` both of their
/// biases. PyTorch orders the gates r, z, h.
public struct GRU: Layer {
  /// `gru`.
  public static let kind = "gru"
  /// The units of the hidden state of a direction.
  public let hidden: Int
  /// Whether there is a second, reversed direction. Its states follow those of the first on the last axis.
  public let isBidirectional: Bool
  /// The output for the next layer.
  public let output: RecurrentOutput

  /// A layer with PyTorch's default initialisation: every parameter uniform on ±1/√hidden.
  public init(_ hidden: Int, bidirectional: Bool = false, output: RecurrentOutput = .sequence) {
    self.hidden = hidden
    isBidirectional = bidirectional
    self.output = output
  }

  /// [batch, steps, features] to the shape of ``output``.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    let recurrence = Recurrence(
      .gru, gates: 3, hidden: hidden, isBidirectional: isBidirectional, output: output,
      attributes: ["linear_before_reset": .int(1)])
    return try recurrence(x, in: scope)
  }
}

/// A recurrent network of one layer with tanh, Elman 1990.
public struct RNN: Layer {
  /// `rnn`.
  public static let kind = "rnn"
  /// The units of the hidden state of a direction.
  public let hidden: Int
  /// Whether there is a second, reversed direction. Its states follow those of the first on the last axis.
  public let isBidirectional: Bool
  /// The output for the next layer.
  public let output: RecurrentOutput

  /// A layer with PyTorch's default initialisation: every parameter uniform on ±1/√hidden.
  public init(_ hidden: Int, bidirectional: Bool = false, output: RecurrentOutput = .sequence) {
    self.hidden = hidden
    isBidirectional = bidirectional
    self.output = output
  }

  /// [batch, steps, features] to the shape of ``output``.
  public func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    try Recurrence(.rnn, gates: 1, hidden: hidden, isBidirectional: isBidirectional, output: output)(x, in: scope)
  }
}

/// The common part of the recurrent layers.
private struct Recurrence {
  let op: Op
  let gates, hidden, directions: Int
  let output: RecurrentOutput
  let attributes: Attributes

  init(
    _ op: Op, gates: Int, hidden: Int, isBidirectional: Bool, output: RecurrentOutput, attributes: Attributes = [:]
  ) {
    self.op = op
    self.gates = gates
    self.hidden = hidden
    directions = isBidirectional ? 2 : 1
    self.output = output
    var attributes = attributes
    attributes["hidden_size"] = .int(hidden)
    if isBidirectional { attributes["direction"] = .string("bidirectional") }
    self.attributes = attributes
  }

  func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor {
    guard hidden > 0 else { throw NNError(.setting, "\(scope.name): \(hidden) hidden units, expected at least 1") }
    guard x.shape.rank == 3 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, steps, features]")
    }
    let (rows, bound) = (gates * hidden, Initializer.uniform(bound: 1 / Float(hidden).squareRoot()))
    let inputs = [
      // Layout 0: ONNX Runtime supports no other.
      x.transposed(axes: [1, 0, 2]), try scope.parameter("weight", [directions, rows, x.shape[2]], bound),
      try scope.parameter("recurrence", [directions, rows, hidden], bound),
      try scope.parameter("bias", [directions, 2 * rows], bound),
    ]
    let results = try apply(op, inputs, attributes, outputCount: 2)
    return output == .sequence
      ? results[0].transposed(axes: [2, 0, 1, 3]).reshaped([0, 0, directions * hidden])
      : results[1].transposed(axes: [1, 0, 2]).reshaped([0, directions * hidden])
  }
}
