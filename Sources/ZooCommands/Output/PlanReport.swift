import ZooKit
import GraphRuntime
import Foundation

/// A plan as `zoo show --plan` prints it.
struct PlanReport: Encodable {
  private struct Line: Encodable {
    let instruction: Plan.Instruction
    /// The time per run.
    let microseconds: Double?
    /// The share of the time of all instructions.
    let share: Double?
  }

  private let program: String
  private let threads: Int
  private let arenaBytes: Int
  private let runs: Int?
  /// The time of a whole run. Instructions of two lanes run at the same time.
  private let milliseconds: Double?
  private let instructions: [Line]

  /// Creates a report. With `runs`, runs the plan that many times on its current inputs and times each instruction.
  init(_ plan: Plan, runs: Int?) throws {
    program = plan.graph.name
    threads = plan.threads
    arenaBytes = plan.arenaByteCount
    self.runs = runs
    var milliseconds: Double?
    let seconds = try runs.map { runs in
      // The first run includes one-time work, so it is not timed.
      try plan.compute()
      try plan.commit()
      return try plan.profile {
        let time = try ContinuousClock().measure { for _ in 0..<runs { try plan.compute(); try plan.commit() } }
        milliseconds = time / .milliseconds(runs)
      }.map { $0 / Double(runs) }
    }
    self.milliseconds = milliseconds
    let total = seconds?.reduce(0, +) ?? 0
    instructions = plan.instructions.enumerated().map { index, instruction in
      Line(
        instruction: instruction, microseconds: seconds.map { $0[index] * 1e6 },
        share: seconds.map { $0[index] / total })
    }
  }

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
    print("\n\(program): \(instructions.count) instructions, \(threads) threads, arena of \(Format.bytes(arenaBytes))")
    if let milliseconds { print("\(Format.metric(milliseconds)) ms a run") }
  }
}
