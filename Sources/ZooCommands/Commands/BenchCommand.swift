import ArgumentParser
import ZooKit

/// `zoo bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time training steps of a model, without touching a store.")

  @Argument(help: "A model of '\(ZooProgram.current.name) list models', or the path of a recipe (.yaml).")
  var model: String

  @Option(help: "The number of steps to time; enough by default.")
  var steps: Int?

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let result = try Benchmark(
      ZooProgram.current.catalogue.recipe(named: model), steps: steps, threads: compute.threads,
      execution: try compute.execution ?? .plan,
      data: compute.dataPlace, catalogue: ZooProgram.current.catalogue)
    if output.json {
      try printJSON(result)
    } else {
      func milliseconds(_ value: Double) -> String { "\(Format.metric(value)) ms" }
      print(
        """
        \(result.model), \(result.threads) threads, \(result.steps) steps: \
        median \(milliseconds(result.medianMilliseconds)) a step, \
        p10 \(milliseconds(result.p10Milliseconds)), p90 \(milliseconds(result.p90Milliseconds))
        """)
      if let updates = result.updatesPerSecond {
        print("\(Format.metric(result.stepsPerSecond)) steps/s, \(Format.metric(updates)) updates/s")
      }
      if let rate = result.gigaflopsPerSecond, let share = result.rooflineShare {
        print(
          "\(Format.metric(rate)) GFLOP/s, \(Int((100 * share).rounded())) % of the peak of this machine; "
            + "compiled in \(milliseconds(result.compileMilliseconds))")
      }
    }
  }
}
