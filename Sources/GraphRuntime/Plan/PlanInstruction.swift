extension Plan {
  /// What an instruction of a plan does.
  public struct Instruction: Sendable, Codable, CustomStringConvertible {
    /// The operators in it, for example `Gemm + LeakyRelu`.
    public let title: String
    /// The nodes of the plan's graph that it stands for.
    public let nodes: [String]
    /// The shapes of what it reads and makes.
    public let detail: String
    /// Bytes read and written.
    public let bytes: Int
    /// Floating-point operations.
    public let flops: Int
    /// Whether it changes the state.
    public let isCommit: Bool
    /// Whether it runs as it does outside of plans, and so may allocate and lock.
    public let isCall: Bool
    /// From 1, the thread that runs it while another one runs instructions of the lanes beside it; nil where nothing runs beside it.
    public let lane: Int?

    init(_ draft: PlanDraft, bytes: Int, lane: Int?) {
      title = draft.title
      nodes = draft.nodes
      detail = draft.detail
      self.bytes = bytes
      flops = draft.flops
      isCommit = draft.isCommit
      isCall = draft.isCall
      self.lane = lane
    }

    /// The operators and the shapes.
    public var description: String { "\(title) \(detail)" }
  }
}
