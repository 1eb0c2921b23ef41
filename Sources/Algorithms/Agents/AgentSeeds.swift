import GraphIR

/// Seeds of environments, which follow from that of a run.
enum AgentSeeds {
  /// The seed of the environment that an agent is trained in: 31 bits, which every generator takes.
  static func environment(_ seed: UInt64) -> UInt64 { RandomStream(seed: seed, name: "environment").key >> 33 }

  /// The seed of evaluations in the course of training: the same episodes each time.
  static let evaluation: UInt64 = 1_000_000
}
