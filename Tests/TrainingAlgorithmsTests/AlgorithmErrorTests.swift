import TrainingAlgorithms
import Checkpointing
import Datasets
import GraphIR
import NN
import Testing

@Suite struct AlgorithmErrorTests {
  private struct Mistake {
    let code: AlgorithmError.Code
    /// The words that the message must contain.
    let parts: [String]
    let make: () throws -> Void
  }

  private func settings(_ parts: [String], _ adjust: @escaping (inout WGANGPSettings) -> Void) -> Mistake {
    Mistake(code: .setting, parts: parts) { _ = try TinyGAN.algorithm(adjust) }
  }

  private func networks(_ parts: [String], generator: [any Layer]? = nil, critic: [any Layer]? = nil) -> Mistake {
    Mistake(code: .network, parts: parts) {
      let generator = try generator.map { try Sequential("g", input: [3], layers: $0) } ?? TinyGAN.generator()
      let critic = try critic.map { try Sequential("c", input: [4], layers: $0) } ?? TinyGAN.critic()
      _ = try WGANGP(generator: generator.graph, critic: critic.graph, settings: WGANGPSettings())
    }
  }

  private func graphs(_ parts: [String], _ adjust: @escaping (inout Graph) -> Void) -> Mistake {
    Mistake(code: .network, parts: parts) {
      var critic = try TinyGAN.critic().graph
      adjust(&critic)
      _ = try WGANGP(generator: TinyGAN.generator().graph, critic: critic, settings: WGANGPSettings())
    }
  }

  private func data(_ code: AlgorithmError.Code, _ parts: [String], _ data: ArrayDataset) -> Mistake {
    Mistake(code: code, parts: parts) { _ = try TinyGAN.trainer(data: data) }
  }

  private func state(_ parts: [String], _ adjust: @escaping (inout TrainingState) -> Void) -> Mistake {
    Mistake(code: .state, parts: parts) {
      var state = try TinyGAN.trainer().state
      adjust(&state)
      _ = try TinyGAN.trainer(resuming: state)
    }
  }

  private var settingMistakes: [Mistake] {
    [
      settings(["batch is 0", "at least 1"]) { $0.batch = 0 },
      settings(["criticSteps is -1", "at least 1"]) { $0.criticSteps = -1 },
      settings(["penalty.weight is -1.0", "at least 0"]) { $0.penalty.weight = -1 },
      settings(["penalty.weight is inf"]) { $0.penalty.weight = .infinity },
      settings(["penalty.weight is nan"]) { $0.penalty.weight = .nan },
      settings(["penalty", "target is -0.5", "at least 0"]) { $0.penalty.gradient.target = -0.5 },
      settings(["optimizer", "adam", "rate -1.0"]) { $0.optimizer.base.rate = -1 },
      data(
        .setting, ["batch is 4", "'few'", "3 samples"],
        ArrayDataset(name: "few", sampleShape: [4], values: .init(repeating: 0, count: 12))),
    ]
  }

  private var networkMistakes: [Mistake] {
    [
      networks(["generator outputs float32[batch, 5]", "critic takes float32[batch, 4]"], generator: [Linear(5)]),
      networks(["float32[batch, 2]", "[batch, 1]"], critic: [Linear(2)]),
      graphs(["critic", "(float32[batch, 4], float32[batch, 2])", "expected one output and one input"]) {
        $0.inputs.append(.init(name: "condition", type: TensorType(.float32, [-1, 2])))
      },
      graphs(["critic", "not a valid graph", "linear1.weight"]) { $0.parameters.removeFirst() },
      Mistake(code: .network, parts: ["'critic' takes float64[4]", "float32", "'array'"]) {
        _ = try TinyGAN.algorithm(dtype: .float64).begin(
          TinyGAN.setup(), parameters: TinyGAN.parameters(dtype: .float64))
      },
      data(
        .network, ["'odd'", "[1, 3, 3]", "9 values", "[4]"],
        ArrayDataset(name: "odd", sampleShape: [1, 3, 3], values: .init(repeating: 0, count: 90))),
    ]
  }

  private var stateMistakes: [Mistake] {
    [
      state(["'critic/linear1.weight'", "expected float32[6, 4]", "found nothing"]) {
        $0.tensors["critic/linear1.weight"] = nil
      },
      state(["'generator/adam/v/linear2.bias'", "found nothing"]) { $0.tensors["generator/adam/v/linear2.bias"] = nil },
      state(["'critic/adam/step'", "expected int64[]", "found float32[]"]) {
        $0.tensors["critic/adam/step"] = TensorValue(scalar: Float(1))
      },
      state(["'critic/linear1.bias'", "expected float32[6]", "found float32[7]"]) {
        $0.tensors["critic/linear1.bias"] = TensorValue([Float](repeating: 0, count: 7))
      },
      state(["'critic/linear9.bias'", "expected nothing", "found float32[1]"]) {
        $0.tensors["critic/linear9.bias"] = TensorValue([Float(0)])
      },
      state(["4 updates", "criticSteps, 3"]) { $0.counters["phase"] = 4 },
      Mistake(code: .state, parts: ["'generator/linear1.bias'", "found nothing"]) {
        var parameters = try TinyGAN.parameters()
        parameters["generator/linear1.bias"] = nil
        _ = try TinyGAN.algorithm().begin(TinyGAN.setup(), parameters: parameters)
      },
    ]
  }

  private var divergence: Mistake {
    Mistake(code: .diverged, parts: ["step 1"]) {
      var trainer = try TinyGAN.trainer(data: ArrayDataset(sampleShape: [4], values: .init(repeating: .nan, count: 40)))
      _ = try trainer.advance()
    }
  }

  @Test func everyMistakeNamesItsThing() {
    let mistakes = settingMistakes + networkMistakes + stateMistakes + [divergence]
    for mistake in mistakes {
      let error = #expect(throws: AlgorithmError.self, "\(mistake.parts)") { try mistake.make() }
      guard let error else { continue }
      #expect(error.code == mistake.code, "\(error)")
      for part in mistake.parts { #expect(error.description.contains(part), "\(error) lacks \(part)") }
    }
    #expect(Set(mistakes.map(\.code)) == Set(AlgorithmError.Code.allCases))
  }

  @Test func everyPartOfACheckpointIsNeeded() {
    func checkpoint(
      _ code: CheckpointError.Code, _ parts: [String], _ adjust: @escaping (inout TrainingState) -> Void
    ) {
      let error = #expect(throws: CheckpointError.self, "\(parts)") {
        var state = try TinyGAN.trainer().state
        adjust(&state)
        _ = try TinyGAN.trainer(resuming: state)
      }
      guard let error else { return }
      #expect(error.code == code, "\(error)")
      for part in parts { #expect(error.description.contains(part), "\(error) lacks \(part)") }
    }
    checkpoint(.stream, ["no random stream 'noise'"]) { $0.streams["noise"] = nil }
    checkpoint(.stream, ["no random stream 'alpha'"]) { $0.streams["alpha"] = nil }
    checkpoint(.counter, ["no counter 'step'"]) { $0.counters["step"] = nil }
    checkpoint(.counter, ["no counter 'phase'"]) { $0.counters["phase"] = nil }
    checkpoint(.counter, ["no counter 'shuffle/key'"]) { $0.counters["shuffle/key"] = nil }
    checkpoint(.counter, ["'step' is -1", "at least 0"]) { $0.counters["step"] = -1 }
  }

  @Test func aPositionOutsideOfTheDataIsAnError() throws {
    var state = try TinyGAN.trainer().state
    state.counters["shuffle/position"] = 11
    let error = #expect(throws: DatasetError.self) {
      try TinyGAN.trainer(resuming: state)
    }
    #expect(error?.code == .invalidPosition)
  }
}
