import Environments
import GraphIR

extension EnvironmentSpaces {
  /// Returns the actions of a program's output: the position of the 1 in each one-hot row, or the rows themselves.
  func actions(_ rows: TensorValue) -> ActionBatch { actions(rows.elements()) }

  /// Returns the actions of concatenated rows.
  func actions(_ rows: [Float]) -> ActionBatch {
    guard case .discrete(let count, _) = action else { return .continuous(rows) }
    return .discrete(
      stride(from: 0, to: rows.count, by: count).map { start in
        (0..<count).first { rows[start + $0] == 1 } ?? 0
      })
  }
}
