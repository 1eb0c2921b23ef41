import Foundation
import RunStore

/// A run as JSON has it.
public struct RunRecord: Encodable, Sendable {
  /// The id: seven or more hexadecimal digits.
  public let id: String
  /// The name that the user chose.
  public let name: String?
  /// What the user noted about it.
  public let note: String?
  /// Words by which the user finds it, sorted.
  public let tags: [String]
  /// The name of the model.
  public let model: String
  /// The name of the algorithm.
  public let algorithm: String
  /// `running`, `interrupted`, `done` or `failed`.
  public let status: String
  /// The error message, if it failed.
  public let message: String?
  /// The number of finished steps, as of the last checkpoint.
  public let step: Int
  /// The target number of steps.
  public let targetStep: Int?
  /// The seed of all random streams.
  public let seed: UInt64
  /// The time at which it started.
  public let created: Date
  /// The time of the last write to it.
  public let updated: Date
  /// The checkpoint from which it was forked, as `RUN@STEP`.
  public let parent: String?
  /// The device that computes it.
  public let backend: String
  /// The class of machine on which it started.
  public let machine: String
  /// The number of threads with which it started.
  public let threads: Int
  /// Versions, processor and instruction set, by name.
  public let platform: [String: String]?
  /// The last value of each metric, by key.
  public let metrics: [String: Double]

  /// The record of a run.
  public init(_ run: Run) {
    id = run.id
    name = run.name
    (note, tags) = (run.note, run.tags)
    model = run.model
    algorithm = run.algorithm
    status = run.status.rawValue
    message = run.message
    step = run.step
    targetStep = run.targetStep
    seed = run.seed
    (created, updated) = (run.created, run.updated)
    parent = run.parent?.description
    backend = run.backend
    machine = run.machine
    threads = run.threads
    platform = try? run.recordedPlatform?.facts
    metrics = run.latestMetrics.mapValues(\.value)
  }
}
