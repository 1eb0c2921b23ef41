import Algorithms

/// The steps that a run needs before it learns anything.
struct FirstUpdate {
  /// The step in which every network has had its first update; nil where that depends on how long episodes are.
  var step: Int?
  /// A step before which there can be none.
  var earliest: Int
  /// The arithmetic, for people.
  var arithmetic: String

  /// A warning for a run that ends before; nil for one that does not.
  func warning(target: Int, stride: Int) -> String? {
    let end = (target + stride - 1) / stride * stride
    guard end < step ?? earliest else { return nil }
    let enough = step.map { "--steps \($0)" } ?? "more than \(earliest) steps"
    return "the run ends at step \(end) without an update of every network: \(arithmetic); expected at least \(enough)"
  }
}

extension WGANGP {
  var firstUpdate: FirstUpdate {
    FirstUpdate(
      step: settings.criticSteps, earliest: settings.criticSteps,
      arithmetic: "an update of the generator follows \(settings.criticSteps) of the critic (criticSteps)")
  }
}

extension RunnableAlgorithm where Self: OnPolicyAlgorithm {
  var firstUpdate: FirstUpdate {
    let step = rollout.steps * environment.copies
    return FirstUpdate(
      step: step, earliest: step,
      arithmetic:
        "the first update follows a rollout of \(rollout.steps) steps in each of \(environment.copies) environments "
        + "(rolloutSteps x envs), at step \(step)")
  }
}

extension RunnableAlgorithm where Self: OffPolicyAlgorithm {
  var firstUpdate: FirstUpdate {
    let starts = "updates begin after \(replay.learningStarts) steps (learningStarts)"
    guard case .steps(let steps) = replay.updateFrequency else {
      return FirstUpdate(
        step: nil, earliest: replay.learningStarts + 1, arithmetic: "\(starts), after an episode's end")
    }
    let interval = steps * environment.copies
    let first = (replay.learningStarts / interval + 1) * interval
    let updates = replay.updates ?? interval
    // The actor's turn comes with every so many updates of the critics.
    let step = first + ((policyDelay + updates - 1) / updates - 1) * interval
    let delay = policyDelay > 1 ? ", the actor has one with every \(policyDelay) of the critics" : ""
    return FirstUpdate(
      step: step, earliest: step,
      arithmetic:
        "\(starts), every \(steps) steps in each of \(environment.copies) environments\(delay), at step \(step)")
  }
}
