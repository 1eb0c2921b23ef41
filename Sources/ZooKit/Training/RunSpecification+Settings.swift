import Foundation

extension RunSpecification {
  /// The settings that may change in the course of a run.
  private static let changeable = [
    "rate", "generatorRate", "discriminator.rate", "penalty.weight", "discriminator.penalty.weight", "batch",
    "workers", "evaluation", "stop", "checkpoint", "samples", "logs",
  ]

  /// ``changeable``, and the learning rate of the optimiser where it is a hyperparameter of it. Evaluations of a
  /// generator keep their meaning.
  private var changeable: [String] {
    Self.changeable.map { $0 == "evaluation" && settings.generatorEvaluation != nil ? "evaluation.every" : $0 }
      + settings.descriptions.map(\.path).filter { path in
        path.hasSuffix(".rate") && ["optimizer.", "generatorOptimizer."].contains { path.hasPrefix($0) }
      }
  }

  /// The specification with settings changed.
  ///
  /// - Parameters:
  ///   - assignments: `PATH=VALUE` each, with a path below `settings`, `checkpoint` or `logs` and a value in YAML.
  ///   - run: the run that continues with them; nil for a new run, which may change any setting.
  ///   - catalogue: the algorithms, optimisers and environments that settings can name.
  /// - Throws: ``RecipeError`` for a wrong value; ``ModelZooError`` for a setting that can't change in a run.
  func setting(_ assignments: [String], continuing run: String? = nil, _ catalogue: Catalogue) throws
    -> RunSpecification
  {
    var changed = self
    for assignment in assignments {
      let value = try RecipeDocument.parse(assignment: assignment, RecipeContext(catalogue: catalogue))
      let key = String(assignment.prefix { $0 != "=" })
      if let run, !changeable.contains(where: { key == $0 || key.hasPrefix($0 + ".") }) {
        // The error of an unknown key comes first.
        _ = try setting([assignment], catalogue)
        throw ModelZooError(
          .invalidArgument,
          "--set \(assignment): '\(key)' of run \(run) can't change: the run's state or the meaning of its metrics "
            + "depends on it; expected one of \(changeable.joined(separator: ", ")), or fork the run",
          remedy: .fork(run, setting: assignment))
      }
      if key.hasPrefix("checkpoint.") {
        let entries = try value.entries(among: ["checkpoint"])
        try entries.forEach { try changed.checkpoint.read($0.value) }
      } else if LogSettings.isAssigned(by: assignment) {
        try changed.logs.read(assignment: value)
      } else {
        try changed.settings.read(value)
      }
    }
    return changed
  }

  /// The settings that differ from those of `other`, each as `settings.batch: 64 → 32`.
  func changes(to other: RunSpecification) throws -> [String] {
    let (before, after) = (try leaves(), try other.leaves())
    return Set(before.keys).union(after.keys).sorted().compactMap { path in
      let (old, new) = (before[path] ?? "none", after[path] ?? "none")
      return old == new ? nil : "\(path): \(old) → \(new)"
    }
  }

  /// The JSON's leaves by path.
  private func leaves() throws -> [String: String] {
    var leaves: [String: String] = [:]
    func collect(_ value: Any, _ path: String) {
      if let object = value as? [String: Any] {
        object.forEach { collect($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
      } else if let list = value as? [Any], list.contains(where: { $0 is [String: Any] }) {
        // The description of a dictionary has its keys in any order.
        for (index, element) in list.enumerated() { collect(element, "\(path)[\(index)]") }
      } else if let list = value as? [Any] {
        leaves[path] = "[" + list.map { "\($0)" }.joined(separator: ", ") + "]"
      } else {
        leaves[path] = "\(value)"
      }
    }
    collect(try JSONSerialization.jsonObject(with: Data(json().utf8)), "")
    return leaves
  }
}
