import Autograd
import GraphIR

/// An optimiser: a pure function of parameters, gradients and its own state. A step can thus be traced, stored and
/// exported.
///
/// The state is a dictionary of tensors that are zero before the first step. Checkpoints store its names.
public protocol Optimizer: Sendable, Hashable, Codable {
  /// The name in recipes, and of the state in checkpoints: `adam`.
  static var name: String { get }

  /// The learning rate.
  var rate: Double { get set }

  /// An optimiser with PyTorch's defaults.
  init()

  /// - Throws: ``NNError`` with code `setting` that names the hyperparameter out of range.
  func validate() throws

  /// The types of the state's tensors, by name.
  ///
  /// - Parameter parameters: the types of the parameters that the optimiser changes, by name.
  func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType]

  /// Computes one step: the parameters and the optimiser state after it.
  ///
  /// - Parameters:
  ///   - parameters: the parameters, by name.
  ///   - gradients: the gradients of the parameters that change.
  ///   - state: zeros of ``stateTypes(for:)``, or the state after the previous step.
  ///   - rate: a scalar in place of ``rate``, for a learning rate that changes from step to step.
  /// - Throws: the backend's errors.
  func step(
    _ parameters: [String: Tensor], _ gradients: [String: Tensor], _ state: [String: Tensor], rate: Tensor?
  ) throws -> (parameters: [String: Tensor], state: [String: Tensor])
}

extension Optimizer {
  /// The state before the first step: zeros of ``stateTypes(for:)``.
  public func initialState(for parameters: [String: TensorType]) -> [String: TensorValue] {
    stateTypes(for: parameters).mapValues { TensorValue(repeating: 0, type: $0) }
  }

  /// The types of the state's tensors for the trainable parameters of a network, by name.
  public func stateTypes(for network: Graph) -> [String: TensorType] {
    let trainable = network.parameters.filter(\.isTrainable).map { ($0.name, $0.type) }
    return stateTypes(for: Dictionary(uniqueKeysWithValues: trainable))
  }

  /// Calls `body` with each gradient, its parameter, and the learning rate as a scalar of the parameter's type.
  ///
  /// The order is fixed: a traced step is the same graph for any order of the dictionaries.
  func forEach(
    _ gradients: [String: Tensor], of parameters: [String: Tensor], rate: Tensor?,
    _ body: (_ name: String, _ parameter: Tensor, _ gradient: Tensor, _ rate: Tensor) throws -> Void
  ) rethrows {
    for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
      guard let parameter = parameters[name] else {
        preconditionFailure("found a gradient for '\(name)', expected the name of a parameter")
      }
      try body(name, parameter, gradient, rate?.cast(to: parameter.dtype) ?? Tensor(self.rate, dtype: parameter.dtype))
    }
  }
}
