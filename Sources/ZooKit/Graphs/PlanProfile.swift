import Foundation
import GraphRuntime

/// The instructions of a plan, with their times if it was run.
public struct PlanProfile: Encodable, Sendable {
  /// An instruction.
  public struct Line: Encodable, Sendable {
    /// The instruction.
    public let instruction: Plan.Instruction
    /// The time per run in microseconds; nil if the plan was not run.
    public let microseconds: Double?
    /// The share of the time of all instructions; nil if the plan was not run.
    public let share: Double?
  }

  /// The name of the program.
  public let program: String
  /// The threads that instructions may use.
  public let threads: Int
  /// The bytes of the plan's memory without its state.
  public let arenaBytes: Int
  /// The number of runs; nil for none.
  public let runs: Int?
  /// The time of a whole run; nil for none. Instructions of two lanes run at the same time.
  public let milliseconds: Double?
  /// The instructions in the order of execution.
  public let instructions: [Line]

  /// The profile of a plan. With `runs`, runs the plan that many times on its current inputs and times each
  /// instruction.
  ///
  /// - Throws: `ExecutionError` if the plan can't be run.
  public init(_ plan: Plan, runs: Int? = nil) throws {
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
}
