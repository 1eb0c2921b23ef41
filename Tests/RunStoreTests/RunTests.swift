import Checkpointing
import Foundation
import GraphIR
import RunStore
import Testing

/// Listings, metrics and references.
@Suite struct RunTests {
  @Test func aRunComesBackAsItWasDescribed() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let parent = try store.sampleRun()
    var description = newRun(name: "Zebra's 2nd")
    description.parent = CheckpointID(run: parent.run, step: 0)
    let claim = try store.createRun(description, graphs: [:], initial: sampleState(12))
    let run = try store.run(claim.run)
    #expect(run.id.count == 7 && run.id.allSatisfy { "0123456789abcdef".contains($0) })
    #expect((run.name, run.model, run.seed) == ("Zebra's 2nd", "wgan-gp-fashion", .max))
    #expect((run.algorithm, run.settings) == ("wgan-gp", #"{"batch":64}"#))
    #expect((run.backend, run.machine, run.threads) == ("cpu", "x86-64-v4", 2))
    #expect((run.step, run.targetStep, run.status) == (12, 400, .running))
    #expect(run.parent?.description == "\(parent.run)@0")
    #expect(abs(run.created.timeIntervalSinceNow) < 60)
    #expect(try store.recipe(of: run.id) == description.recipe)
    // printf 'name: wgan-gp-fashion\nsteps: 400\n' | sha256sum
    #expect(run.recipeDigest.description == "773ee9a9e7fe2f20c87fffc9831c60a11c0651e71b5670f55acff57eae8bc873")
    #expect(try store.count("SELECT count(*) FROM recipe") == 1)
  }

  @Test func listingsFilterSortAndLimit() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let graphs = ["critic": try sampleGraph()]
    var claims: [Claim] = []
    for index in 0..<6 {
      let run = newRun(name: "run\(index)", model: index % 2 == 0 ? "even" : "odd")
      claims.append(try store.createRun(run, graphs: index < 2 ? graphs : [:], initial: TrainingState(step: 0)))
    }
    let losses: [Double?] = [3, nil, .nan, -1, .infinity, 2]
    for (claim, loss) in zip(claims, losses) {
      let metrics =
        loss.map { [Metric(key: "loss", step: 1, value: $0), Metric(key: "other", step: 1, value: 0)] } ?? []
      try store.commit(TrainingState(step: 1), claim: claim, metrics: metrics)
    }
    try store.release(claims[3], status: .done)
    func names(
      _ filter: RunFilter = RunFilter(), by order: RunOrder = .updated, descending: Bool = true, limit: Int? = nil
    )
      throws -> [String]
    { try store.runs(filter, by: order, descending: descending, limit: limit).map { String($0.name?.last ?? "?") } }
    #expect(try names().first == "3")
    #expect(try names(by: .created) == ["5", "4", "3", "2", "1", "0"])
    #expect(try names(by: .name, descending: false, limit: 2) == ["0", "1"])
    // NaN and a missing value come last, whatever the direction.
    #expect(try names(by: .metric("loss")).prefix(4) == ["4", "0", "5", "3"])
    #expect(try names(by: .metric("loss"), descending: false).prefix(4) == ["3", "5", "0", "4"])
    #expect(try names(RunFilter(model: "odd"), by: .name) == ["5", "3", "1"])
    #expect(try names(RunFilter(model: "odd", status: .running), by: .name) == ["5", "1"])
    #expect(try names(RunFilter(name: "run4")) == ["4"])
    #expect(try names(RunFilter(algorithm: "ppo")) == [])
    #expect(try names(RunFilter(op: .leakyRelu), by: .name) == ["1", "0"])
    #expect(try Set(store.runs(using: .gemm).map(\.id)) == Set(claims.prefix(2).map(\.run)))
    #expect(try store.runs(using: .tanh) == [])
    #expect(try store.runs(by: .name)[5].latestMetrics["loss"]?.value == 3)
    #expect(try store.runs(by: .name)[3].latestMetrics["loss"]?.value.isNaN == true)
    #expect(try store.runs(by: .name)[4].latestMetrics == [:])
  }

  @Test func metricsKeepWhatIsNoNumber() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    let values = [0.1, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.greatestFiniteMagnitude]
    let metrics = values.enumerated().map { Metric(key: "loss", step: $0.offset, value: $0.element) }
    try store.commit(sampleState(10), claim: claim, metrics: metrics + [Metric(key: "penalty", step: 10, value: 7)])
    let found = try store.metrics(of: claim.run, keys: ["loss"]).map(\.value)
    #expect(found.count == values.count)
    for (found, value) in zip(found, values) { #expect(found == value || found.isNaN && value.isNaN) }
    #expect(try store.metrics(of: claim.run).map(\.key) == Array(repeating: "loss", count: 6) + ["penalty"])
    #expect(try store.metrics(of: claim.run, steps: 2...3).map(\.value) == [.infinity, -.infinity])
    #expect(try store.metrics(of: claim.run, keys: []) == [])
    #expect(try store.run(claim.run).latestMetrics["loss"]?.step == 5)
    // A second measurement of one step replaces the first.
    try store.commit(sampleState(10), claim: claim, metrics: [Metric(key: "penalty", step: 10, value: 8)])
    #expect(try store.metrics(of: claim.run, keys: ["penalty"]) == [Metric(key: "penalty", step: 10, value: 8)])
  }

  @Test func aMetricAfterItsCheckpointIsRefused() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    let error = #expect(throws: StoreError.self) {
      try store.commit(sampleState(1), claim: claim, metrics: [Metric(key: "loss", step: 2, value: 0)])
    }
    #expect(error?.code == .outOfOrder)
    #expect(try store.run(claim.run).step == 0)
  }

  @Test func referencesAreIdsPrefixesAndNames() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let id = try store.sampleRun(name: "zebra").run
    #expect(try store.resolve(id).run.id == id)
    #expect(try store.resolve(id).checkpoint == nil)
    #expect(try store.resolve(String(id.prefix(1))).run.id == id)
    #expect(try store.resolve("zebra@latest").run.id == id)
    #expect(try store.resolve("zebra@latest").checkpoint == .latest)
    #expect(try store.resolve("\(id.prefix(3))@400").checkpoint == .step(400))
    for text in ["", "@4", "zebra@", "zebra@-1", "zebra@x", "zebra@1@2"] {
      #expect(#expect(throws: StoreError.self) { try store.resolve(text) }?.code == .invalidName, "\(text)")
    }
    for text in ["zebr", "*", "%", "_______", "Zebra"] {
      #expect(#expect(throws: StoreError.self) { try store.resolve(text) }?.code == .unknownRun, "\(text)")
    }
    var ids = [id]
    while Set(ids.map { $0.prefix(1) }).count == ids.count { ids.append(try store.sampleRun().run) }
    let twins = ids.filter { $0.prefix(1) == ids[ids.count - 1].prefix(1) }
    let error = #expect(throws: StoreError.self) { try store.resolve(String(twins[0].prefix(1))) }
    #expect(error?.code == .ambiguousReference)
    for twin in twins { #expect(error?.message.contains(twin) == true) }
    for twin in twins { #expect(try store.resolve(twin).run.id == twin) }
  }

  @Test func settingsAreAnObject() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    for settings in ["", "[1]", "{", "7"] {
      var run = newRun()
      run.settings = settings
      #expect(throws: StoreError.self) { try store.createRun(run, graphs: [:], initial: sampleState(0)) }
    }
    #expect(try store.runs() == [])
  }
}
