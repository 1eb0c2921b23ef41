import GraphRuntime
import Foundation
import RunStore

extension ModelZoo {
  /// Why a run that goes on here with these options may get other bits than where it began; empty where it gets the same.
  ///
  /// - Parameter reference: the run: its id, the beginning of one, or its name.
  /// - Throws: ``StoreError`` where there is no such run, ``ModelZooError`` where what it recorded can't be read.
  public func inexactness(of reference: String, _ options: TrainingOptions) throws -> [String] {
    try inexactness(of: try store.resolve(reference).run, options)
  }

  /// Why a run that goes on here with these options may get other bits than where it began; empty where it gets the same.
  func inexactness(of run: Run, _ options: TrainingOptions) throws -> [String] {
    var reasons: [String] = []
    if run.machine != MachineClass.current {
      reasons.append("it began on a machine of class \(run.machine), this one is \(MachineClass.current)")
    }
    if let threads = options.threads, threads != run.threads {
      reasons.append(
        "it began with \(run.threads) \(run.threads == 1 ? "thread" : "threads"), now there are \(threads)")
    }
    if let execution = options.execution, execution.rawValue != run.backend {
      reasons.append("it was computed by '\(run.backend)', now by '\(execution.rawValue)'")
    }
    if let recorded = try run.recordedPlatform {
      reasons += Platform(zoo: Self.version, threads: run.threads).differences(from: recorded)
    }
    return reasons
  }

  /// The platform that a run with so many threads has here.
  ///
  /// - Throws: ``ModelZooError`` where OpenMP gives fewer threads.
  static func platform(threads: Int) throws -> Platform {
    let team = Platform.team(of: threads)
    guard team == threads else {
      let limit = ProcessInfo.processInfo.environment["OMP_THREAD_LIMIT"].map { ", as OMP_THREAD_LIMIT is \($0)" }
      throw ModelZooError(
        .invalidArgument,
        "\(threads) threads were asked for, but OpenMP gives \(team)\(limit ?? ""); raise OMP_THREAD_LIMIT or begin a run "
          + "with --threads \(team)")
    }
    return Platform(zoo: version, threads: threads)
  }
}

extension Run {
  /// The platform on which the run began; nil for runs of an early version.
  ///
  /// - Throws: ``ModelZooError`` where the store has something else in its place.
  public var recordedPlatform: Platform? {
    get throws {
      try platform.map { text in
        do {
          return try JSONDecoder().decode(Platform.self, from: Data(text.utf8))
        } catch {
          throw ModelZooError(
            .invalidRun,
            "run \(id) has a platform that can't be read: expected a JSON object of texts, found '\(text.prefix(80))'")
        }
      }
    }
  }
}
