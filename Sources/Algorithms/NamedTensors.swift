import Autograd
import GraphIR

/// Tensors under names that last: `critic/linear1.weight`, `critic/adam/m/linear1.weight`.
public typealias NamedTensors = [String: Tensor]

extension Dictionary where Key == String {
  /// What stands under `prefix/`, without the prefix.
  func scoped(_ prefix: String) -> [String: Value] {
    let prefix = prefix + "/"
    var result: [String: Value] = [:]
    for (name, value) in self where name.hasPrefix(prefix) { result[String(name.dropFirst(prefix.count))] = value }
    return result
  }

  /// Puts `values` under `prefix/`.
  mutating func merge(_ values: [String: Value], under prefix: String) {
    for (name, value) in values { self["\(prefix)/\(name)"] = value }
  }
}
