// The cost of checkpoints, as a table: the pause of training for a checkpoint, the time of a durable commit, and the
// time of `zoo list runs` with 1,000 runs.
//
//     swift run -c release CheckpointCost [FOLDER]
//
// FOLDER is the folder for the databases, on the disk to measure.

import Checkpointing
import Foundation
import GraphIR
import ZooKit
import RunStore
import Synchronization

let folder = URL(filePath: CommandLine.arguments.dropFirst().first ?? ".").appending(
  path: "checkpoint-cost-\(getpid())")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

print("| work | target | median | p90 |\n|---|---|---|---|")
try report("pause of training for a checkpoint of 25 MB", "10 ms", stalls())
try report("durable commit of 25 MB, all of it changed", "100 ms", commits())
try report("`zoo list runs` with 1,000 runs, the whole process", "100 ms", listings())

func report(_ what: String, _ asked: String, _ milliseconds: [Double]) {
  let sorted = milliseconds.sorted()
  func percentile(_ share: Double) -> String {
    String(format: "%.1f ms", sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
  }
  print("| \(what) | \(asked) | \(percentile(0.5)) | \(percentile(0.9)) |")
}

func elapsed(_ body: () throws -> Void) rethrows -> Double {
  let start = ContinuousClock.now
  try body()
  return (ContinuousClock.now - start) / .milliseconds(1)
}

/// The additional time of a step with a checkpoint over the median step of the same phase without one. Every fifth step
/// also updates the generator.
func stalls() throws -> [Double] {
  let (every, phases, steps) = (51, 5, 1020)
  let moments = Mutex<[ContinuousClock.Instant]>([])
  let zoo = try ModelZoo(at: folder.appending(path: "stalls.sqlite").path)
  try zoo.train(
    Recipe.named("wgan-gp-fashion"), steps: steps, seed: 7, checkpointEvery: every,
    options: TrainingOptions { _ in moments.withLock { $0.append(.now) } })
  let times = moments.withLock { moments in
    zip(moments, moments.dropFirst()).enumerated().map {
      (step: $0.offset + 2, milliseconds: ($0.element.1 - $0.element.0) / .milliseconds(1))
    }
  }
  let usual = (0..<phases).map { phase in
    let same = times.filter { $0.step % phases == phase && $0.step % every != 0 }.map(\.milliseconds).sorted()
    return same[same.count / 2]
  }
  return times.filter { $0.step % every == 0 }.map { $0.milliseconds - usual[$0.step % phases] }
}

/// The times of commits of states. All tensors of a state differ from the previous ones.
func commits() throws -> [Double] {
  let store = try Store(path: folder.appending(path: "commits.sqlite").path)
  var stream = RandomStream(seed: 1, name: "benchmark")
  let states = (0..<4).map { _ in
    Dictionary(uniqueKeysWithValues: (0..<60).map { ("tensor\($0)", stream.normal([104_167])) })
  }
  let run = NewRun(
    model: "benchmark", recipe: "", seed: 1, algorithm: "none", backend: "none", machine: "none", threads: 1)
  let claim = try store.createRun(run, graphs: [:], initial: TrainingState(step: 0))
  return try (1...23).map { step in
    try elapsed { try store.commit(TrainingState(step: step, tensors: states[step % states.count]), claim: claim) }
  }.suffix(20)
}

/// The times of the whole command, as a user would call it.
func listings() throws -> [Double] {
  let file = folder.appending(path: "listing.sqlite").path
  let store = try Store(path: file)
  for index in 0..<1000 {
    let run = NewRun(
      model: "model\(index % 7)", recipe: "recipe \(index % 7)", seed: UInt64(index), algorithm: "none", backend: "cpu",
      machine: "none", threads: 2)
    let claim = try store.createRun(run, graphs: [:], initial: TrainingState(step: 0))
    let metrics = ["critic", "penalty", "wasserstein", "generator"].map {
      Metric(key: $0, step: 10, value: Double(index))
    }
    try store.commit(TrainingState(step: 10), claim: claim, metrics: metrics)
    try store.release(claim, status: .done)
  }
  let command = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "zoo")
  return try (0..<20).map { _ in
    try elapsed {
      let process = Process()
      process.executableURL = command
      process.arguments = ["list", "runs", "--store", file]
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw ModelZooError(.invalidArgument, "\(command.path) failed; build it first: script/build")
      }
    }
  }
}
