import Foundation

/// A training of one model, as a listing shows it.
public struct Run: Hashable, Sendable, Identifiable {
  /// Where a run stands.
  public enum Status: String, Sendable, CaseIterable, Codable {
    /// A process trains it.
    case running
    /// It stopped, or its process died, before its target; it can be resumed.
    case interrupted
    /// It reached its target.
    case done
    /// It ended with an error; ``Run/message`` has it.
    case failed
  }

  /// Seven or more hexadecimal digits.
  public let id: String
  /// A name that the user gave it.
  public let name: String?
  /// The model's name.
  public let model: String
  /// SHA-256 of the recipe's text; ``Store/recipe(of:)`` has the text.
  public let recipeDigest: Digest
  /// The seed of all its random streams.
  public let seed: UInt64
  /// The algorithm's name.
  public let algorithm: String
  /// The settings that it runs with, a JSON object.
  public let settings: String
  /// Where it stands. A run whose process has died is ``Status/interrupted``.
  public let status: Status
  /// What went wrong, where something did.
  public let message: String?
  /// When it began.
  public let created: Date
  /// When it was last written to.
  public let updated: Date
  /// The number of steps done, as of the last checkpoint.
  public let step: Int
  /// The number of steps to do.
  public let targetStep: Int?
  /// The checkpoint that it was forked from.
  public let parent: CheckpointID?
  /// What computes it, for example `cpu`.
  public let backend: String
  /// The class of machine that began it: results are equal to the bit only within one.
  public let machine: String
  /// The number of threads that it began with.
  public let threads: Int
  /// Versions, processor and instruction set, a JSON object of texts; nil for runs of an early version.
  public let platform: String?
  /// The absolute path of the data set's folder that the user named, where one was named.
  public let data: String?
  /// The last value of each metric, by key.
  public let latestMetrics: [String: Metric]
}
