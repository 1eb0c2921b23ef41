import ZooKit
import GraphRuntime
import Foundation

extension PlanProfile {
  /// Prints the plan as `zoo show --plan` does.
  func printOut(json: Bool) throws {
    guard !json else { return try printJSON(self) }
    var columns: [Table.Column] = [
      .init(title: "INSTRUCTION"), .init(title: "LANE"), .init(title: "SHAPES"), .init(title: "BYTES", isNumeric: true),
      .init(title: "MFLOP", isNumeric: true),
    ]
    if runs != nil {
      columns += [
        .init(title: "µs", isNumeric: true), .init(title: "GFLOP/s", isNumeric: true),
        .init(title: "SHARE", isNumeric: true),
      ]
    }
    var table = Table(columns)
    for line in instructions {
      let instruction = line.instruction
      var row = [
        instruction.title, instruction.lane.map(String.init) ?? "", instruction.detail, Format.bytes(instruction.bytes),
        String(format: "%.3f", Double(instruction.flops) / 1e6),
      ]
      if let microseconds = line.microseconds, let share = line.share {
        row += [
          String(format: "%.1f", microseconds), String(format: "%.1f", Double(instruction.flops) / microseconds / 1e3),
          String(format: "%.1f %%", share * 100),
        ]
      }
      table.add(row)
    }
    table.printOut()
    let arena = Format.bytes(arenaBytes)
    print("\n\(program): \(instructions.count) instructions, \(threads) threads, arena of \(arena)")
    if let milliseconds = milliseconds { print("\(Format.metric(milliseconds)) ms a run") }
  }
}
