import Checkpointing
import TrainingAlgorithms
import Datasets
import GraphIR
import Testing

@Suite struct WGANGPTrainerTests {
  private typealias Course = (states: [TrainingState], metrics: [[String: Double]])

  private func course(_ trainer: any Trainer, steps: Int) throws -> Course {
    var trainer = trainer
    var course: Course = ([try trainer.state], [])
    for _ in 0..<steps {
      course.metrics.append(try trainer.advance())
      course.states.append(try trainer.state)
    }
    return course
  }

  /// Every offset: at and between the generator's updates (every third step) and the epochs (every second).
  @Test(arguments: 0...13, Kernels.allCases)
  func aRunGoesOnBitForBit(from split: Int, kernels: Kernels) throws {
    try kernels.run {
      let whole = try course(TinyGAN.trainer(on: kernels), steps: 14)
      let resumed = try TinyGAN.trainer(resuming: whole.states[split], on: kernels)
      #expect(resumed.step == split)
      let rest = try course(resumed, steps: 14 - split)
      #expect(rest.states == Array(whole.states[split...]))
      #expect(rest.metrics == Array(whole.metrics[split...]))
    }
  }

  /// The condition of the test above: no two states are equal, and the counters wrap around.
  @Test func aStateTellsWhereARunIs() throws {
    let states = try course(TinyGAN.trainer(), steps: 7).states
    #expect(Set(states).count == 8)
    #expect(states.map { $0.counters["step"] } == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(states.map { $0.counters["phase"] } == [0, 1, 2, 0, 1, 2, 0, 1])
    #expect(states.map { $0.counters["shuffle/epoch"] } == [0, 0, 0, 1, 1, 2, 2, 3])
    #expect(states.map { $0.counters["shuffle/position"] } == [0, 4, 8, 4, 8, 4, 8, 4])
    // Twelve noise values are three blocks, and three more for an update of the generator; four alphas are one block.
    #expect(states.map { $0.streams["noise"]?.counter } == [0, 3, 6, 12, 15, 18, 24, 27])
    #expect(states.map { $0.streams["alpha"]?.counter } == [0, 1, 2, 3, 4, 5, 6, 7])
  }

  @Test func theStateHoldsEverythingUnderItsName() throws {
    var trainer = try TinyGAN.trainer()
    _ = try trainer.advance()
    let generator = [
      "linear1.weight", "linear1.bias", "batchnorm1.weight", "batchnorm1.bias", "linear2.weight", "linear2.bias",
    ]
    let critic = (1...3).flatMap { ["linear\($0).weight", "linear\($0).bias"] }
    var names = ["generator/batchnorm1.running_mean", "generator/batchnorm1.running_var"]
    for (role, parameters) in [("generator", generator), ("critic", critic)] {
      names.append("\(role)/adam/step")
      for name in parameters { names += ["\(role)/\(name)", "\(role)/adam/m/\(name)", "\(role)/adam/v/\(name)"] }
    }
    #expect(try trainer.state.tensors.keys.sorted() == names.sorted())
    #expect(try trainer.state.streams.keys.sorted() == ["alpha", "noise"])
    #expect(
      try trainer.state.counters.keys.sorted() == ["phase", "shuffle/epoch", "shuffle/key", "shuffle/position", "step"])
  }

  @Test(arguments: [1, 2, 5])
  func theGeneratorIsUpdatedOnceForThatManyCriticSteps(criticSteps: Int) throws {
    let course = try course(TinyGAN.trainer { $0.criticSteps = criticSteps }, steps: 11)
    func changed(_ name: String, _ step: Int) -> Bool {
      course.states[step - 1].tensors[name] != course.states[step].tensors[name]
    }
    for step in 1...11 {
      let isTurn = step % criticSteps == 0
      #expect(changed("generator/linear1.weight", step) == isTurn, "step \(step)")
      #expect(changed("generator/adam/m/linear1.weight", step) == isTurn, "step \(step)")
      #expect(changed("critic/linear1.weight", step), "step \(step)")
      #expect(changed("generator/batchnorm1.running_mean", step), "step \(step)")
      let keys = ["critic", "penalty", "wasserstein"] + (isTurn ? ["generator"] : [])
      #expect(Set(course.metrics[step - 1].keys) == Set(keys), "step \(step)")
      #expect(course.states[step].tensors["critic/adam/step"] == TensorValue(scalar: Int64(step)))
      #expect(course.states[step].tensors["generator/adam/step"] == TensorValue(scalar: Int64(step / criticSteps)))
    }
  }

  @Test func seedsDiffer() throws {
    let (first, again, other) = try (
      course(TinyGAN.trainer(seed: 1), steps: 2), course(TinyGAN.trainer(seed: 1), steps: 2),
      course(TinyGAN.trainer(seed: 2), steps: 2)
    )
    #expect(first.states == again.states)
    #expect(first.states[0].counters["shuffle/key"] != other.states[0].counters["shuffle/key"])
    #expect(first.states[0].streams["noise"] != other.states[0].streams["noise"])
    #expect(first.states[0].streams["noise"]?.key != first.states[0].streams["alpha"]?.key)
    #expect(first.metrics[0] != other.metrics[0])
  }

  /// For a single data point, training approaches the best critic's value, the Wasserstein distance, from below.
  @Test func trainingRaisesTheEstimateOfAFixedDistance() throws {
    let constant = ArrayDataset(sampleShape: [1, 2, 2], values: [Float](repeating: 0.9, count: 32))
    let metrics = try course(TinyGAN.trainer(data: constant) { $0.criticSteps = 1_000 }, steps: 150).metrics
    let estimates = metrics.compactMap { $0["wasserstein"] }
    let (first, last) = (estimates.prefix(10).reduce(0, +) / 10, estimates.suffix(10).reduce(0, +) / 10)
    #expect(first < 0.5)
    // Samples are about 0, so the distance is about ‖0.9·1‖ = 1.8. The penalty allows a slope of a little more than 1.
    #expect((1.4...2.3).contains(last), "\(last)")
    #expect(metrics.suffix(10).allSatisfy { $0["penalty"] ?? 1 < 0.05 })
  }
}

@Suite struct DivergenceTests {
  private func expectDivergence(_ trainer: inout any Trainer, within steps: Int, _ parts: [String]) throws {
    var (state, step) = (try trainer.state, trainer.step)
    let error = #expect(throws: AlgorithmError.self) {
      for _ in 0..<steps {
        _ = try trainer.advance()
        (state, step) = (try trainer.state, trainer.step)
      }
    }
    let found = try #require(error)
    #expect(found.code == .diverged)
    for part in parts + ["step \(step + 1)"] { #expect(found.description.contains(part), "\(found) lacks \(part)") }
    #expect(try trainer.state == state)
    #expect(trainer.step == step)
  }

  @Test(arguments: [Float.nan, .infinity])
  func aPixelThatIsNoNumber(pixel: Float) throws {
    var values = TinyGAN.data.samples(0..<10)
    values[17] = pixel
    var trainer = try TinyGAN.trainer(data: ArrayDataset(sampleShape: [1, 2, 2], values: values))
    try expectDivergence(&trainer, within: 5, ["'critic'", "'images' was not finite before the step"])
  }

  /// A penalty of 10³⁸·10 overflows float32, although all inputs were finite.
  @Test func aLossThatOverflows() throws {
    var trainer = try TinyGAN.trainer {
      $0.penalty.weight = 1e38
      $0.penalty.gradient.target = 100
    }
    try expectDivergence(
      &trainer, within: 1, ["'critic' became inf at step 1", "all inputs of the step were finite"])
  }

  /// Updates of 10²⁰ are finite, but the next scores are not.
  @Test func aLearningRateThatIsTooLarge() throws {
    var trainer = try TinyGAN.trainer { $0.optimizer.base.rate = 1e20 }
    try expectDivergence(&trainer, within: 2, ["'critic' became", "at step 2"])
  }

  /// If the generator's update fails, the previous critic update stays, and the generator's is still due.
  @Test func aLearningRateThatIsTooLargeForTheGenerator() throws {
    func trainer() throws -> any Trainer {
      try TinyGAN.trainer {
        $0.optimizer.base.rate = 1e20
        $0.criticSteps = 1
      }
    }
    var first = try trainer()
    let error = #expect(throws: AlgorithmError.self) { try first.advance() }
    #expect(error?.code == .diverged)
    #expect(error?.message.contains("'generator' became") == true && error?.message.contains("at step 1") == true)
    let state = try first.state
    #expect(first.step == 1 && state.counters["phase"] == 1)
    #expect(try state.tensors["critic/linear1.weight"] != trainer().state.tensors["critic/linear1.weight"])
    #expect(try state.tensors["generator/linear1.weight"] == trainer().state.tensors["generator/linear1.weight"])
    // After a resume, the due update comes first.
    #expect(throws: AlgorithmError.self) { try first.advance() }
    #expect(try first.state == state)
  }

  @Test func anUpdateThatIsDueComesFirst() throws {
    var trainer = try TinyGAN.trainer()
    for _ in 0..<2 { _ = try trainer.advance() }
    var state = try trainer.state
    state.counters["phase"] = 3
    var resumed = try TinyGAN.trainer(resuming: state)
    let metrics = try resumed.advance()
    #expect(Set(metrics.keys) == ["critic", "penalty", "wasserstein", "generator"])
    #expect(try resumed.state.counters["phase"] == 1 && resumed.step == 3)
  }

  @Test func whatWasNotFiniteBeforeIsNamed() throws {
    var state = try TinyGAN.trainer().state
    state.tensors["critic/linear2.weight"] = TensorValue([Float](repeating: .nan, count: 30), shape: [5, 6])
    var trainer = try TinyGAN.trainer(resuming: state)
    try expectDivergence(&trainer, within: 1, ["step 1", "'critic/linear2.weight' was not finite before the step"])
  }
}

@Suite struct TrainingStateTests {
  @Test(arguments: [Float.nan, .infinity, -.infinity, .signalingNaN])
  func theFirstTensorThatIsNotFiniteIsFound(number: Float) {
    let sound = TensorValue([Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0])
    var state = TrainingState(step: 0, tensors: ["b": sound, "a": sound, "n": TensorValue([Int64.max])])
    #expect(state.firstNonFinite == nil)
    for position in [0, 511, 999] {
      var numbers = [Float](repeating: 1, count: 1000)
      numbers[position] = number
      state.tensors["c"] = TensorValue(numbers)
      #expect(state.firstNonFinite == "c")
    }
    state.tensors["b"] = TensorValue([Double.greatestFiniteMagnitude, Double(number)])
    #expect(state.firstNonFinite == "b")
  }
}
