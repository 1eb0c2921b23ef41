/// From when to when a buffer is in use.
struct PlanLifetime {
  var first: PlanMoment
  var last: PlanMoment

  func union(_ other: PlanLifetime) -> PlanLifetime {
    PlanLifetime(first: .earlier(first, other.first), last: .later(last, other.last))
  }
}
