import Environments

// Times the environments: steps per second of parallel environments with random actions, the best of several rounds.
//
//     EnvironmentCost [--copies 64] [--steps 2000000] [--rounds 5]

func argument(_ name: String, _ value: Int) -> Int {
  CommandLine.arguments.firstIndex(of: name).flatMap { CommandLine.arguments.dropFirst($0 + 1).first }.flatMap {
    Int($0)
  } ?? value
}

let (copies, steps, rounds) = (argument("--copies", 64), argument("--steps", 2_000_000), argument("--rounds", 5))

/// Batches of random actions to use in turn. They are drawn before the timed steps.
func batches(_ space: ActionSpace) -> [ActionBatch] {
  var generator = PCG64(seed: 1)
  return (0..<64).map { _ in
    switch space {
    case .discrete(let count, _): .discrete((0..<copies).map { _ in Int.random(in: 0..<count, using: &generator) })
    case .multiDiscrete, .multiBinary: preconditionFailure("expected an environment with one action")
    case .box(let box):
      .continuous((0..<copies).flatMap { _ in zip(box.low, box.high).map { .random(in: $0...$1, using: &generator) } })
    }
  }
}

/// The best rate of several rounds, in millions of steps per second.
func rate(_ environment: any VectorEnvironment) throws -> Double {
  var environment = environment
  let actions = batches(environment.actionSpace)
  var step = VectorStep(for: environment)
  try environment.reset(seed: 0, into: &step)
  var best = 0.0
  for _ in 0..<rounds {
    let start = ContinuousClock.now
    for number in 0..<steps / copies {
      try environment.step(actions[number % actions.count], into: &step)
    }
    best = max(best, Double(steps / copies * copies) / ((ContinuousClock.now - start) / .microseconds(1)))
  }
  return (best * 100).rounded() / 100
}

for id in EnvironmentID.allCases {
  for mode in [AutoresetMode.nextStep, .sameStep] {
    let environment = try id.makeVector(count: copies, seed: 0, autoresetMode: mode)
    let wrapped = try NormalizeReward(NormalizeObservation(RecordEpisodeStatistics(environment)))
    print(
      "\(id.rawValue), \(copies) environments, \(mode.rawValue): \(try rate(environment)) million steps/s,",
      terminator: " ")
    print("with statistics and normalisation \(try rate(wrapped))")
  }
}
