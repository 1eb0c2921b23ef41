import GraphRuntime
import Foundation
import RunStore

extension ModelZoo {
  /// The reasons why a run may not continue bit for bit here with these options; empty if there are none.
  ///
  /// - Parameters:
  ///   - reference: the run: its id, the beginning of one, or its name.
  ///   - options: the options with which the run would continue.
  /// - Throws: `StoreError` if there is no such run; ``ModelZooError`` if its record can't be read;
  ///   `AcceleratorError` if its devices can't be opened.
  public func inexactness(of reference: String, _ options: TrainingOptions) throws -> [String] {
    try inexactness(of: try store.resolve(reference).run, options)
  }

  /// The reasons why a run may not continue bit for bit here with these options; empty if there are none.
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
    if let recorded = try run.recordedPlatform, let execution = options.execution ?? Execution(rawValue: run.backend) {
      reasons += try execution.platform().differences(from: recorded)
    }
    return reasons
  }
}

extension Run {
  /// The platform on which the run started; nil for runs of an early version.
  ///
  /// - Throws: ``ModelZooError`` if the stored text is not a platform.
  public var recordedPlatform: Platform? {
    get throws {
      try platform.map { text in
        do {
          return try JSONDecoder().decode(Platform.self, from: Data(text.utf8))
        } catch {
          throw ModelZooError(
            .invalidRun,
            "run \(id) has a platform that can't be read: expected a JSON object of strings, found '\(text.prefix(80))'"
          )
        }
      }
    }
  }
}
