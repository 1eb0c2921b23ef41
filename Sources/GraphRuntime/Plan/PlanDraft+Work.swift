extension PlanDraft {
  /// What an instruction takes, as far as its operands tell. No measuring: another choice would be other bits.
  func work(byteCount: Int) -> PlanSchedule.Work {
    // 100 operations, 20 bytes or 2 elements of a slow function in a nanosecond: what decides is the order of magnitude.
    let slow = Double(slowElements) / 2
    return PlanSchedule.Work(
      nanoseconds: 200 + max(Double(flops) / 100, Double(byteCount) / 20) + slow,
      // Two cores that work on one tensor take its bytes from each other's caches, which costs more than small loops do.
      isWide: isAlone || !PlanCompiler.isSmall(flops) || byteCount >= 1 << 22 || slow >= 20_000, isAlone: isAlone)
  }
}
