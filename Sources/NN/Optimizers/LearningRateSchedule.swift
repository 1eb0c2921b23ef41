import Foundation

/// A learning rate as a pure function of the step. Checkpoints need no state of it.
///
/// ```swift
/// let schedule = LearningRateSchedule.warmup(steps: 500, from: 0, then: .cosine(from: 1e-3, to: 0, steps: 10_000))
/// let rate = Tensor(schedule.rate(at: step))
/// (parameters, state) = try optimizer.step(parameters, gradients, state, rate: rate)
/// ```
public indirect enum LearningRateSchedule: Sendable, Hashable, Codable {
  /// The same learning rate in every step.
  case constant(Double)
  /// Linear from `from` to `to` in `steps` steps, then constant.
  case linear(from: Double, to: Double, steps: Int)
  /// Along half a cosine from `from` to `to` in `steps` steps, then constant. Source: arXiv:1608.03983, no restarts.
  case cosine(from: Double, to: Double, steps: Int)
  /// Multiplied by `factor` after every `every` steps.
  case step(from: Double, factor: Double, every: Int)
  /// Multiplied by `factor` after every step.
  case exponential(from: Double, factor: Double)
  /// Linear from `from` to the first learning rate of `then` in `steps` steps, then `then` from its step 0.
  /// Source: arXiv:1706.02677.
  case warmup(steps: Int, from: Double, then: LearningRateSchedule)

  /// The learning rate of a step, counted from 0.
  public func rate(at step: Int) -> Double {
    precondition(step >= 0, "step \(step), expected at least 0")
    /// The completed fraction of `steps`.
    func done(_ steps: Int) -> Double { steps > 0 ? min(Double(step) / Double(steps), 1) : 1 }
    switch self {
    case .constant(let rate): return rate
    case .linear(let first, let last, let steps): return first + (last - first) * done(steps)
    case .cosine(let first, let last, let steps): return last + (first - last) * (1 + cos(.pi * done(steps))) / 2
    case .step(let first, let factor, let every): return first * pow(factor, Double(step / max(every, 1)))
    case .exponential(let first, let factor): return first * pow(factor, Double(step))
    case .warmup(let steps, let first, let next):
      guard step < steps else { return next.rate(at: step - steps) }
      return first + (next.rate(at: 0) - first) * done(steps)
    }
  }
}
