import Autograd
import GraphIR
import NN

/// Tensors by permanent names: `critic/linear1.weight`, `critic/adam/m/linear1.weight`.
public typealias NamedTensors = [String: Tensor]

/// The state after a step, and its metrics: scalars by name.
public typealias StepResult = (state: NamedTensors, metrics: NamedTensors)

extension Dictionary where Key == String {
  /// The values under `prefix/`, without the prefix.
  public func scoped(_ prefix: String) -> [String: Value] {
    let prefix = prefix + "/"
    var result: [String: Value] = [:]
    for (name, value) in self where name.hasPrefix(prefix) { result[String(name.dropFirst(prefix.count))] = value }
    return result
  }

  /// Adds `values` under `prefix/`.
  public mutating func merge(_ values: [String: Value], under prefix: String) {
    for (name, value) in values { self["\(prefix)/\(name)"] = value }
  }
}

extension NamedTensors {
  /// The state after one step of an optimiser.
  ///
  /// - Parameters:
  ///   - optimizer: its state is under `ROLE/NAME`, such as `critic/adam`.
  ///   - role: the name that parameters and optimiser are under; empty for parameters with full names.
  ///   - parameters: the parameters, by name.
  ///   - gradients: the gradients of those that change.
  ///   - name: the name that the optimiser's state is under; nil, the default, for `ROLE/NAME`.
  ///   - rate: a scalar in place of the optimiser's learning rate.
  /// - Throws: the backend's errors.
  public func updated(
    by optimizer: some Optimizer, role: String = "", _ parameters: NamedTensors, gradients: NamedTensors,
    state name: String? = nil, rate: Tensor? = nil
  ) throws -> NamedTensors {
    let own = name ?? (role.isEmpty ? "" : role + "/") + type(of: optimizer).name
    let result = try optimizer.step(parameters, gradients, scoped(own), rate: rate)
    // The others stay the same tensors, which are no updates of a program.
    let next = result.parameters.filter { gradients[$0.key] != nil }.mapValues { $0.detached() }
    var state = self
    if role.isEmpty { state.merge(next) { $1 } } else { state.merge(next, under: role) }
    state.merge(result.state, under: own)
    return state
  }
}
