import Foundation

/// A training of one model, as in a listing.
public struct Run: Hashable, Sendable, Identifiable {
  /// The status of a run.
  public enum Status: String, Sendable, CaseIterable, Codable {
    /// A process trains it.
    case running
    /// It stopped, or its process died, before its target; it can be resumed.
    case interrupted
    /// It reached its target.
    case done
    /// It ended with an error, ``Run/message``.
    case failed
  }

  /// Seven or more hexadecimal digits.
  public let id: String
  /// A name that the user chose.
  public let name: String?
  /// What the user noted about it.
  public let note: String?
  /// Words by which the user finds it, sorted.
  public let tags: [String]
  /// The model's name.
  public let model: String
  /// SHA-256 of the recipe's text, ``Store/recipe(of:)``.
  public let recipeDigest: Digest
  /// The seed of all its random streams.
  public let seed: UInt64
  /// The algorithm's name.
  public let algorithm: String
  /// Its settings, a JSON object.
  public let settings: String
  /// The status. A run whose process has died is ``Status/interrupted``.
  public let status: Status
  /// The error message, if it failed.
  public let message: String?
  /// The time at which it started.
  public let created: Date
  /// The time of the last write to it.
  public let updated: Date
  /// The number of finished steps, as of the last checkpoint.
  public let step: Int
  /// The target number of steps.
  public let targetStep: Int?
  /// The checkpoint from which it was forked.
  public let parent: CheckpointID?
  /// The device that computes it, for example `cpu`.
  public let backend: String
  /// The class of machine on which it started: results are equal to the bit only within one class.
  public let machine: String
  /// The number of threads with which it started.
  public let threads: Int
  /// Versions, processor and instruction set, a JSON object of texts; nil for runs of an early version.
  public let platform: String?
  /// The absolute path of the data set's folder, if the user named one.
  public let data: String?
  /// The last value of each metric, by key.
  public let latestMetrics: [String: Metric]
}
