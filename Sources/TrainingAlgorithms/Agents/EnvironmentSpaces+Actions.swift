import Environments
import GraphIR

extension EnvironmentSpaces {
  /// Returns the actions of a program's output: the position of the 1 in each one-hot row, or the rows themselves.
  func actions(_ rows: TensorValue) -> ActionBatch { actions(rows.elements()) }

  /// Returns the actions of concatenated rows.
  func actions(_ rows: [Float]) -> ActionBatch {
    switch action {
    case .discrete(let count, _): .discrete(choices(rows, of: [count]))
    case .multiDiscrete(let counts, _): .multiDiscrete(choices(rows, of: counts))
    case .multiBinary: .multiDiscrete(rows.map { Int($0) })
    case .box: .continuous(rows)
    }
  }

  /// The positions of the 1 in one-hot rows. Each row of a program has one for each of the counts, concatenated.
  private func choices(_ rows: [Float], of counts: [Int]) -> [Int] {
    var (choices, start): ([Int], Int) = ([], 0)
    while start < rows.count {
      for count in counts {
        choices.append((0..<count).first { rows[start + $0] == 1 } ?? 0)
        start += count
      }
    }
    return choices
  }

  /// Returns the batch of discrete actions, each numbered from 0.
  ///
  /// - Parameter choices: the actions of each environment, concatenated.
  public func batch(of choices: [Int]) -> ActionBatch {
    if case .discrete = action { .discrete(choices) } else { .multiDiscrete(choices) }
  }
}
