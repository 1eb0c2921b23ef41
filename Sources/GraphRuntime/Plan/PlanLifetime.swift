/// The first and the last use of a buffer.
struct PlanLifetime {
  var first: PlanMoment
  var last: PlanMoment

  func union(_ other: PlanLifetime) -> PlanLifetime {
    PlanLifetime(first: .earlier(first, other.first), last: .later(last, other.last))
  }
}
