import TrainingAlgorithms
import Checkpointing
import Datasets
import GraphIR
import NN
import TestSupport
import Testing

/// Supervised learning against PyTorch, and its resume.
@Suite struct SupervisedTests {
  private struct Case: Decodable {
    struct Validation: Decodable { let loss, evaluation: Double }
    let samples, targets: [Double]
    let initial, final: [String: [Double]]
    let rates: [Double]
    let steps: [[String: Double]]
    let validation: Validation
  }

  /// Rows of the fixture.
  private struct Rows: Dataset {
    let name = "rows"
    let sampleShape = [5]
    let count: Int
    let values: [Float]
    let labels: ClassLabels?
    let targets: DatasetTargets?
    var fingerprint: DatasetFingerprint { DatasetFingerprint(shape: [count, 5], of: values) }

    init(_ test: Case, _ range: Range<Int>, classes: Int?) {
      count = range.count
      values = test.samples[range.lowerBound * 5..<range.upperBound * 5].map { Float($0) }
      let width = test.targets.count / 19
      let own = test.targets[range.lowerBound * width..<range.upperBound * width]
      labels = classes.map { ClassLabels(names: (0..<$0).map(String.init), rows: own.map { Int($0) }) }
      targets = classes == nil ? DatasetTargets(shape: [width], values: own.map { Float($0) }) : nil
    }

    func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
      for (slot, row) in rows.enumerated() {
        for index in 0..<5 { buffer[slot * 5 + index] = values[row * 5 + index] }
      }
    }
  }

  private static func algorithm(_ kind: String) throws -> Supervised {
    var settings = SupervisedSettings()
    settings.batch = 4
    settings.evaluateEvery = 3
    if kind == "classification" {
      settings.labelSmoothing = 0.1
      settings.optimizer = AnyOptimizer(AdamW(weightDecay: 0.1))
    } else {
      settings.loss = .mse
      settings.optimizer = AnyOptimizer(SGD(momentum: 0.9))
    }
    settings.rate = .linear(1e-2)
    let network = try Sequential(
      "network", input: [5], layers: [Linear(6), Activation.relu, Linear(kind == "classification" ? 3 : 2)])
    return try Supervised(network.graph, settings: settings)
  }

  /// The zoo's names of PyTorch's parameters.
  private static let names = [
    "0.weight": "linear1.weight", "0.bias": "linear1.bias", "2.weight": "linear2.weight", "2.bias": "linear2.bias",
  ]

  /// The parameters of the fixture, by their names in the state.
  private static func parameters(_ numbers: [String: [Double]], _ algorithm: Supervised) -> [String: TensorValue] {
    var result: [String: TensorValue] = [:]
    for (name, own) in Self.names {
      guard let type = algorithm.network.parameters.first(where: { $0.name == own })?.type else { continue }
      result["network/\(own)"] = TensorValue((numbers[name] ?? []).map { Float($0) }, shape: type.shape)
    }
    return result
  }

  @Test(arguments: ["classification", "regression"], Kernels.allCases)
  func stepsAndEvaluationsArePyTorchs(_ kind: String, _ kernels: Kernels) throws {
    let test = try #require(try Fixtures.load("supervised.json", as: [String: Case].self)[kind])
    let algorithm = try Self.algorithm(kind)
    let classes = kind == "classification" ? 3 : nil
    let programs = try algorithm.programs()
    let runner = try kernels.makeRunner(programs, Self.tensors(test, algorithm))
    let data = Rows(test, 0..<12, classes: classes)
    for (index, expected) in test.steps.enumerated() {
      let rows = Array(4 * index..<4 * index + 4)
      runner.fill("data/samples", of: "train") { data.fill(rows, into: $0) }
      runner.fill("data/targets", of: "train", with: Self.targets(data, rows))
      runner.fill("schedule/rate", of: "train", with: [Float(test.rates[index])])
      let metrics = try runner.metrics(of: "train", step: index)
      for (name, value) in expected { #expect(abs((metrics[name] ?? .nan) - value) < 2e-6, "\(name)") }
      #expect(metrics.count == expected.count)
      try runner.commit("train")
    }
    let final = Self.parameters(test.final, algorithm)
    #expect(final.count == 4)
    for (name, value) in final {
      let found = try #require(runner.tensors[name])
      for (a, b) in zip(found.doubles, value.doubles) { #expect(abs(a - b) < 2e-6, "\(name)") }
    }
    // The evaluation has seven rows, in batches of four.
    var setup = TrainingSetup(data: data, seed: 0, target: 3, programs: programs, makeRunner: kernels.makeRunner)
    setup.validation = Rows(test, 12..<19, classes: classes)
    let measured = try algorithm.trainer(setup, runner).evaluate()
    #expect(abs((measured["validation-loss"] ?? .nan) - test.validation.loss) < 2e-6)
    #expect(abs((measured["evaluation"] ?? .nan) - test.validation.evaluation) < 5e-6)
  }

  private static func tensors(_ test: Case, _ algorithm: Supervised) -> [String: TensorValue] {
    var tensors = parameters(test.initial, algorithm)
    for (name, type) in algorithm.stateTypes where tensors[name] == nil {
      tensors[name] = TensorValue(repeating: 0, type: type)
    }
    return tensors
  }

  private static func targets(_ data: Rows, _ rows: [Int]) -> [Float] {
    guard let labels = data.labels else { return rows.flatMap { data.targets?.values[$0 * 2..<$0 * 2 + 2] ?? [] } }
    return rows.flatMap { row in (0..<3).map { $0 == labels.rows[row] ? 1 : 0 } }
  }

  @Test(arguments: 1..<12) func everySplitEndsWithTheSameBits(_ split: Int) throws {
    let test = try #require(try Fixtures.load("supervised.json", as: [String: Case].self)["classification"])
    let algorithm = try Self.algorithm("classification")
    let setup = TrainingSetup(
      data: Rows(test, 0..<12, classes: 3), seed: 3, target: 12, makeRunner: Kernels.plan.makeRunner)
    var whole = try algorithm.begin(setup, parameters: Self.parameters(test.initial, algorithm))
    var part = try algorithm.begin(setup, parameters: Self.parameters(test.initial, algorithm))
    for _ in 0..<split { _ = try part.advance() }
    part = try algorithm.resume(setup, part.state)
    for _ in split..<12 { _ = try part.advance() }
    for _ in 0..<12 { _ = try whole.advance() }
    #expect(try part.state == whole.state)
  }

  @Test func dataThatDoNotFitAreErrors() throws {
    let test = try #require(try Fixtures.load("supervised.json", as: [String: Case].self)["classification"])
    let cases: [(any Dataset, String)] = [
      (Rows(test, 0..<3, classes: 3), "batch is 4, but 'rows' has 3 samples"),
      (Rows(test, 0..<8, classes: 4), "4 classes, but the network has 3 outputs"),
      (ArrayDataset(sampleShape: [5], values: [Float](repeating: 0, count: 40)), "has no classes"),
      (ArrayDataset(sampleShape: [4], values: [Float](repeating: 0, count: 40)), "takes float32[5]"),
    ]
    for (data, part) in cases {
      let setup = TrainingSetup(data: data, seed: 3, target: 12, makeRunner: Kernels.plan.makeRunner)
      let algorithm = try Self.algorithm("classification")
      let error = #expect(throws: AlgorithmError.self) {
        try algorithm.begin(setup, parameters: Self.parameters(test.initial, algorithm))
      }
      #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
    let rows = Rows(test, 0..<8, classes: 3)
    let setup = TrainingSetup(data: rows, seed: 3, target: 12, makeRunner: Kernels.plan.makeRunner)
    let regression = try Self.algorithm("regression")
    let own = try #require(try Fixtures.load("supervised.json", as: [String: Case].self)["regression"])
    let error = #expect(throws: AlgorithmError.self) {
      try regression.begin(setup, parameters: Self.parameters(own.initial, regression))
    }
    #expect(error?.message.contains("has no targets") == true)
  }
}
