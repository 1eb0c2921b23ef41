import Foundation

/// The latest answers, so that nothing is computed twice. Each has the tag that browsers send with their next request.
actor AnswerCache {
  /// The most bytes of all answers.
  private static let limit = 64 << 20

  private var answers: [String: Answer] = [:]
  /// The tags, the oldest first.
  private var order: [String] = []
  private var bytes = 0

  subscript(tag: String) -> Answer? { answers[tag] }

  func insert(_ answer: Answer, tag: String) {
    guard answer.bytes.count <= Self.limit / 8, answers.updateValue(answer, forKey: tag) == nil else { return }
    order.append(tag)
    bytes += answer.bytes.count
    while bytes > Self.limit || order.count > 1000 {
      bytes -= answers.removeValue(forKey: order.removeFirst())?.bytes.count ?? 0
    }
  }
}
