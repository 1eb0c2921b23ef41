import Environments
import GraphIR

extension EnvironmentSpaces {
  /// The actions that a program's rows stand for: the position of the 1 in a row, or the rows themselves.
  func actions(_ rows: TensorValue) -> ActionBatch { actions(rows.elements()) }

  /// The actions that rows stand for, one after the other.
  func actions(_ rows: [Float]) -> ActionBatch {
    guard case .discrete(let count, _) = action else { return .continuous(rows) }
    return .discrete(
      stride(from: 0, to: rows.count, by: count).map { start in
        (0..<count).first { rows[start + $0] == 1 } ?? 0
      })
  }
}
