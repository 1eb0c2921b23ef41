import GraphIR

/// Seeds of environments, derived from that of a run.
enum AgentSeeds {
  /// The seed of the environment that an agent is trained in: 31 bits, which every generator accepts.
  static func environment(_ seed: UInt64) -> UInt64 { RandomStream(seed: seed, name: "environment").key >> 33 }

  /// The seed of evaluations during training: the same episodes each time.
  static let evaluation: UInt64 = 1_000_000
}
