extension PlanDraft {
  /// The estimated cost of an instruction, from its operands. Measuring could change the schedule, and with it the
  /// bits.
  func work(byteCount: Int) -> PlanSchedule.Work {
    // 100 operations, 20 bytes or 2 elements of a slow function per nanosecond: only the order of magnitude matters.
    let slow = Double(slowElements) / 2
    return PlanSchedule.Work(
      nanoseconds: 200 + max(Double(flops) / 100, Double(byteCount) / 20) + slow,
      isShared: byteCount >= 1 << 17 || slow >= 5000,
      isWide: isAlone || !PlanCompiler.isSmall(flops) || byteCount >= 1 << 22 || slow >= 20_000, isAlone: isAlone)
  }
}
