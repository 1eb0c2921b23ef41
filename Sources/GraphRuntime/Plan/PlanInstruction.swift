extension Plan {
  /// The description of an instruction of a plan.
  public struct Instruction: Sendable, Codable, CustomStringConvertible {
    /// The operators in it, for example `Gemm + LeakyRelu`.
    public let title: String
    /// The nodes of the plan's graph that it replaces.
    public let nodes: [String]
    /// The shapes of the operands and results.
    public let detail: String
    /// Bytes read and written.
    public let bytes: Int
    /// Floating-point operations.
    public let flops: Int
    /// Whether it changes the state.
    public let isCommit: Bool
    /// Whether it runs as outside of plans, and so may allocate and lock.
    public let isCall: Bool
    /// The number, from 1, of the lane among parallel lanes; nil if nothing runs beside it.
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
