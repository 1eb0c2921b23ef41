import ArgumentParser
import ZooKit

/// `zoo ops`.
struct OpsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ops", abstract: "List the operators of networks.",
    discussion: """
      ORDER is the order up to which an operator's derivatives are certified: gradcheck agrees with finite differences \
      on every example. '-': there is nothing to differentiate. 0: a derivative is an error that names the operator.
      """)

  @OptionGroup var output: OutputOptions

  func run() throws {
    guard !output.json else { return try printJSON(OperatorRecord.all) }
    var table = Table([
      .init(title: "OPERATOR"), .init(title: "DOMAIN"), .init(title: "SINCE", isNumeric: true), .init(title: "TYPES"),
      .init(title: "KERNEL"), .init(title: "ORDER", isNumeric: true),
    ])
    for record in OperatorRecord.all {
      table.add([
        record.name, record.domain.isEmpty ? "ai.onnx" : record.domain, String(record.since),
        record.types.joined(separator: " "), record.hasFastKernel ? "fast" : "",
        record.certifiedOrder.map(String.init) ?? "-",
      ])
    }
    table.printOut()
  }
}
