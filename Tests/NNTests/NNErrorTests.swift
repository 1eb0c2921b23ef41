import Autograd
import GraphIR
import NN
import Testing

@Suite struct NNErrorTests {
  private struct Mistake {
    let code: NNError.Code
    /// The words that the message must contain.
    let parts: [String]
    let make: () throws -> Void
  }

  private func build(_ layers: [any Layer], input: [Int] = [6]) throws {
    _ = try Sequential("net", input: input, layers: layers)
  }

  private var mistakes: [Mistake] {
    [
      Mistake(code: .network, parts: ["'net'", "no layers"]) { try build([]) },
      Mistake(code: .shape, parts: ["'net'", "[0, 2]", "positive"]) { try build([Flatten()], input: [0, 2]) },
      Mistake(code: .shape, parts: ["'net'", "layer 2 of 2", "linear1", "[?1, 2, 3]", "flatten"]) {
        try build([Unflatten([2, 3]), Linear(1)])
      },
      Mistake(code: .shape, parts: ["layer 1 of 1", "unflatten1", "[6]", "[4, 2]"]) { try build([Unflatten([4, 2])]) },
      Mistake(code: .shape, parts: ["unflatten1", "[-2, -3]"]) { try build([Unflatten([-2, -3])]) },
      Mistake(code: .shape, parts: ["batchnorm1", "[?1]", "[batch, channels, …]"]) {
        try build([BatchNorm()], input: [])
      },
      Mistake(code: .setting, parts: ["layer 2 of 2", "linear2", "0 outputs"]) { try build([Linear(3), Linear(0)]) },
      Mistake(code: .setting, parts: ["batchnorm1", "eps 0.0"]) { try build([BatchNorm(eps: 0)]) },
      Mistake(code: .setting, parts: ["batchnorm1", "eps nan"]) { try build([BatchNorm(eps: .nan)]) },
      Mistake(code: .setting, parts: ["batchnorm1", "momentum 1.5"]) { try build([BatchNorm(momentum: 1.5)]) },
      Mistake(code: .setting, parts: ["adam", "rate 0.0"]) { try Adam(rate: 0).validate() },
      Mistake(code: .setting, parts: ["adam", "rate nan"]) { try Adam(rate: .nan).validate() },
      Mistake(code: .setting, parts: ["adam", "rate inf"]) { try Adam(rate: .infinity).validate() },
      Mistake(code: .setting, parts: ["adam", "eps -1.0"]) { try Adam(eps: -1).validate() },
      Mistake(code: .setting, parts: ["adam", "[0.9, 1.0]", "two betas in 0..<1"]) {
        try Adam(betas: [0.9, 1]).validate()
      },
      Mistake(code: .setting, parts: ["adam", "[0.9]"]) { try Adam(betas: [0.9]).validate() },
    ]
  }

  @Test func everyMistakeNamesItsThing() {
    for mistake in mistakes {
      let error = #expect(throws: NNError.self, "\(mistake.parts)") { try mistake.make() }
      guard let error else { continue }
      #expect(error.code == mistake.code, "\(error)")
      for part in mistake.parts { #expect(error.description.contains(part), "\(error) lacks \(part)") }
    }
  }

  @Test func everyCodeIsTried() {
    #expect(Set(mistakes.map(\.code)) == Set(NNError.Code.allCases))
  }

  @Test func soundSettingsPass() throws {
    try Adam().validate()
    try Adam(rate: 2e-4, betas: [0, 0.9]).validate()
    try build([BatchNorm(eps: 0.8, momentum: 0), Linear(1)])
  }
}
