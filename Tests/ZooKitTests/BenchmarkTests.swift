import Foundation
import ZooKit
import Testing

@Suite struct BenchmarkTests {
  /// Whole cycles of five steps are timed, at least one.
  @Test(arguments: [(1, 5), (5, 5), (19, 15), (20, 20)]) func wholeCyclesAreTimed(_ steps: Int, _ timed: Int) throws {
    let tiny = try TinyZoo()
    let result = try Benchmark(
      Recipe.named("wgan-gp-tiny"), steps: steps, threads: 1, data: tiny.folder.appending(path: "data"))
    #expect(result.model == "wgan-gp-tiny" && result.threads == 1 && result.steps == timed)
    let times = [0, result.p10Milliseconds, result.medianMilliseconds, result.p90Milliseconds]
    #expect(times == times.sorted() && result.p10Milliseconds > 0)
    #expect(try tiny.zoo.store.runs().isEmpty)
  }
}
