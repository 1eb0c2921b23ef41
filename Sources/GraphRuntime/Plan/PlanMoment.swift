/// When a draft runs, as far as the memory of others is concerned.
package struct PlanMoment: Equatable {
  /// The section: sections follow each other.
  package let section: Int
  /// The lane within the section: lanes run at the same time. Nil stands for several of them.
  package let lane: Int?
  /// The place among all drafts, which counts within a lane.
  package let position: Int

  /// A moment at which nothing else runs.
  package init(alone position: Int, section: Int) { self.init(section: section, lane: 0, position: position) }

  package init(section: Int, lane: Int?, position: Int) {
    self.section = section
    self.lane = lane
    self.position = position
  }

  /// Whether this has passed when the other one begins.
  func precedes(_ other: PlanMoment) -> Bool {
    guard section == other.section else { return section < other.section }
    return lane != nil && lane == other.lane && position < other.position
  }

  /// The first of two moments of one buffer.
  package static func earlier(_ a: PlanMoment, _ b: PlanMoment) -> PlanMoment { end(a, b) { $0 < $1 } }

  /// The last of two moments of one buffer.
  package static func later(_ a: PlanMoment, _ b: PlanMoment) -> PlanMoment { end(a, b) { $0 > $1 } }

  private static func end(_ a: PlanMoment, _ b: PlanMoment, _ isFirst: (Int, Int) -> Bool) -> PlanMoment {
    let chosen = isFirst(a.position, b.position) ? a : b
    guard a.section == b.section, a.lane != b.lane else { return chosen }
    return PlanMoment(section: chosen.section, lane: nil, position: chosen.position)
  }
}
