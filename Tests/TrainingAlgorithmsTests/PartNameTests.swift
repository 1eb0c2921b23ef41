import TrainingAlgorithms
import Checkpointing
import GraphIR
import Testing

/// A trainer without work that saves its count under a given kind of name.
private struct Counter<Name: PartName>: Trainer {
  static var parts: [StatePart<Self>] { Name.names.map { .init($0, \.step) } }

  let runner: any ProgramRunner
  var step = 0

  mutating func advance() throws -> [String: Double] {
    step += 1
    return [:]
  }
}

private protocol PartName: Sendable { static var names: [String] { get } }
private enum OwnNames: PartName { static let names = ["step", "count"] }
private enum NameOfANetwork: PartName { static let names = ["step", "critic"] }
private enum TwoOfOneName: PartName { static let names = ["step", "step"] }

/// The networks and programs of a WGAN-GP, with the trainer above.
private struct Counting<Name: PartName>: Algorithm {
  let base: WGANGP

  var roles: [String: Graph] { base.roles }
  var stateTypes: [String: TensorType] { base.stateTypes }
  var cycle: Int { 1 }
  var firstUpdate: FirstUpdate { base.firstUpdate }
  func programs() throws -> [String: Graph] { try base.programs() }
  func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    Counter<Name>(runner: runner)
  }

  static func begin() throws -> any Trainer {
    try Counting(base: TinyGAN.algorithm()).begin(TinyGAN.setup(), parameters: TinyGAN.parameters())
  }
}

/// Parts of a trainer whose names could not be told from others in a checkpoint are refused before the first step.
@Suite struct PartNameTests {
  @Test func ownNamesAreAllowed() throws {
    let trainer = try Counting<OwnNames>.begin()
    #expect(trainer.step == 0)
  }

  @Test func nameOfANetworkIsRefused() async {
    await #expect(processExitsWith: .failure) { _ = try Counting<NameOfANetwork>.begin() }
  }

  @Test func twoPartsOfOneNameAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = try Counting<TwoOfOneName>.begin() }
  }
}
