import NN

/// Checks of settings. Messages and ``AlgorithmError/setting`` name the setting as a recipe does: `penalty.weight`.
public enum SettingCheck {
  /// - Throws: ``AlgorithmError`` unless `isRight`.
  public static func require<Value>(
    _ name: String, _ value: Value, _ expected: String, _ isRight: (Value) -> Bool
  ) throws {
    guard isRight(value) else {
      throw AlgorithmError(.setting, "settings: \(name) is \(value), expected \(expected)", setting: name)
    }
  }

  /// - Throws: ``AlgorithmError`` if the value is less than 1.
  public static func count(_ name: String, _ value: Int) throws {
    try require(name, value, "at least 1") { $0 >= 1 }
  }

  /// - Throws: ``AlgorithmError`` if the value is not in `1...limit`.
  public static func count(_ name: String, _ value: Int, atMost limit: Int) throws {
    try require(name, value, "1 to \(limit)") { (1...limit).contains($0) }
  }

  /// - Throws: ``AlgorithmError`` if the value is not finite or less than 0.
  public static func nonnegative(_ name: String, _ value: Double) throws {
    try require(name, value, "a number of at least 0") { $0 >= 0 && $0.isFinite }
  }

  /// - Throws: ``AlgorithmError`` if the value is not finite or not above 0.
  public static func positive(_ name: String, _ value: Double) throws {
    try require(name, value, "a number above 0") { $0 > 0 && $0.isFinite }
  }

  /// - Throws: ``AlgorithmError`` if the value is not in 0...1.
  public static func fraction(_ name: String, _ value: Double) throws {
    try require(name, value, "a number from 0 to 1") { (0...1).contains($0) }
  }

  /// - Throws: ``AlgorithmError`` where a hyperparameter of the optimiser is out of range.
  public static func optimizer(_ name: String, _ optimizer: AnyOptimizer) throws {
    do {
      try optimizer.base.validate()
    } catch {
      throw AlgorithmError(.setting, "settings: \(name)", setting: name, cause: error)
    }
  }
}
