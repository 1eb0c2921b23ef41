import Autograd
import GraphIR

/// The output of a recurrent layer.
public enum RecurrentOutput: String, Sendable, Codable, CaseIterable {
  /// The hidden state at every step: [batch, steps, hidden].
  case sequence
  /// The hidden state after the last step: [batch, hidden]; after the first one for the backward direction.
  case last
}

/// The cell of a ``RecurrentLayer``: its operator.
public protocol RecurrentCell: Sendable {
  /// The layer's ``Layer/kind``.
  static var kind: String { get }
  /// The operator.
  static var op: Op { get }
  /// The number of gates: a gate has `hidden` rows in each parameter.
  static var gates: Int { get }
  /// The operator's attributes besides the layer's settings.
  static var attributes: Attributes { get }
}

extension RecurrentCell {
  /// None.
  public static var attributes: Attributes { [:] }
}

/// Long short-term memory of one layer, Hochreiter and Schmidhuber 1997.
///
/// The parameters are ONNX's. `weight` and `recurrence` hold the gates i, o, f, c for each direction, `bias` both of
/// their biases. PyTorch orders the gates i, f, c, o.
public typealias LSTM = RecurrentLayer<LSTMCell>

/// The cell of an ``LSTM``.
public enum LSTMCell: RecurrentCell {
  /// `lstm`.
  public static let kind = "lstm"
  /// `LSTM`.
  public static let op = Op.lstm
  /// i, o, f, c.
  public static let gates = 4
}

/// Gated recurrent units of one layer, in the form of arXiv:1412.3555 and PyTorch: the reset gate acts after the matrix
/// product.
///
/// The parameters are ONNX's. `weight` and `recurrence` hold the gates z, r, h for each direction, `bias` both of their
/// biases. PyTorch orders the gates r, z, h.
public typealias GRU = RecurrentLayer<GRUCell>

/// The cell of a ``GRU``.
public enum GRUCell: RecurrentCell {
  /// `gru`.
  public static let kind = "gru"
  /// `GRU`.
  public static let op = Op.gru
  /// z, r, h.
  public static let gates = 3
  /// The reset gate acts after the matrix product.
  public static let attributes: Attributes = ["linear_before_reset": .int(1)]
}

/// A recurrent network of one layer with tanh, Elman 1990.
public typealias RNN = RecurrentLayer<RNNCell>

/// The cell of an ``RNN``.
public enum RNNCell: RecurrentCell {
  /// `rnn`.
  public static let kind = "rnn"
  /// `RNN`.
  public static let op = Op.rnn
  /// The new state.
  public static let gates = 1
}

/// A recurrent layer: ``LSTM``, ``GRU`` or ``RNN``.
public struct RecurrentLayer<Cell: RecurrentCell>: Layer {
  /// The cell's kind.
  public static var kind: String { Cell.kind }
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
    guard hidden > 0 else { throw NNError(.setting, "\(scope.name): \(hidden) hidden units, expected at least 1") }
    guard x.shape.rank == 3 else {
      throw NNError(.shape, "\(scope.name): the input is \(x.shape), expected [batch, steps, features]")
    }
    let (directions, rows) = (isBidirectional ? 2 : 1, Cell.gates * hidden)
    let bound = Initializer.uniform(bound: 1 / Float(hidden).squareRoot())
    let inputs = [
      // Layout 0: ONNX Runtime supports no other.
      x.transposed(axes: [1, 0, 2]), try scope.parameter("weight", [directions, rows, x.shape[2]], bound),
      try scope.parameter("recurrence", [directions, rows, hidden], bound),
      try scope.parameter("bias", [directions, 2 * rows], bound),
    ]
    var attributes = Cell.attributes
    attributes["hidden_size"] = .int(hidden)
    if isBidirectional { attributes["direction"] = .string("bidirectional") }
    let results = try apply(Cell.op, inputs, attributes, outputCount: 2)
    return output == .sequence
      ? results[0].transposed(axes: [2, 0, 1, 3]).reshaped([0, 0, directions * hidden])
      : results[1].transposed(axes: [1, 0, 2]).reshaped([0, directions * hidden])
  }
}
