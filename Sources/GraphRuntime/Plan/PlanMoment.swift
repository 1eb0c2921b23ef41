/// The time of an instruction in the schedule, for the lifetimes of buffers.
package struct PlanMoment: Equatable {
  /// The section. Sections run one after the other.
  package let section: Int
  /// The lane within the section. Lanes run in parallel. Nil stands for several of them.
  package let lane: Int?
  /// The index among all instructions. It defines the order within a lane.
  package let position: Int

  /// Creates the time of an instruction that runs alone.
  package init(alone position: Int, section: Int) { self.init(section: section, lane: 0, position: position) }

  package init(section: Int, lane: Int?, position: Int) {
    self.section = section
    self.lane = lane
    self.position = position
  }

  /// Whether this instruction has ended when the other one starts.
  func precedes(_ other: PlanMoment) -> Bool {
    guard section == other.section else { return section < other.section }
    return lane != nil && lane == other.lane && position < other.position
  }

  /// The earlier of two uses of one buffer.
  package static func earlier(_ a: PlanMoment, _ b: PlanMoment) -> PlanMoment { end(a, b) { $0 < $1 } }

  /// The later of two uses of one buffer.
  package static func later(_ a: PlanMoment, _ b: PlanMoment) -> PlanMoment { end(a, b) { $0 > $1 } }

  private static func end(_ a: PlanMoment, _ b: PlanMoment, _ isFirst: (Int, Int) -> Bool) -> PlanMoment {
    let chosen = isFirst(a.position, b.position) ? a : b
    guard a.section == b.section, a.lane != b.lane else { return chosen }
    return PlanMoment(section: chosen.section, lane: nil, position: chosen.position)
  }
}
