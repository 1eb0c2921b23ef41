import ArgumentParser
import GraphIR
import ZooKit

extension ShowCommand {
  /// Prints the card of a graph with a name of its own, or its nodes as text.
  func show(_ stored: StoredGraph) throws {
    guard !metrics, plan == nil, !settings else {
      throw ValidationError("--metrics, --plan and --settings are not for graphs; '\(reference)' is a graph.")
    }
    if graphs {
      return output.json ? try printJSON([stored.name: "\(stored.graph)"]) : print(stored.graph)
    }
    let record = try GraphRecord(stored)
    guard !output.json else { return try printJSON(record) }
    print("\(record.heading)\n")
    print("imported    \(record.created.formatted(.iso8601)), \(Format.ago(record.created))")
    if let origin = record.origin {
      print("digest      \(origin.fileDigest)".escapedLine)
      if !origin.documentation.isEmpty { print("about       \(origin.documentation)".escapedLine) }
      for (key, value) in origin.metadata.sorted(by: { $0.key < $1.key }) {
        print("metadata    \(key): \(value)".escapedLine)
      }
      for (name, extent) in origin.dimensions.sorted(by: { $0.key < $1.key }) {
        print("dimension   \(name) = \(extent)".escapedLine)
      }
    }
    record.lines.forEach { print($0) }
    let operators = record.operators.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    print("operators   \(operators.map { "\($0.key) \(Format.count($0.value))" }.joined(separator: ", "))")
    guard let initializers = record.origin?.initializers, !initializers.isEmpty else { return }
    print("")
    var table = Table([.init(title: "TENSOR"), .init(title: "TYPE"), .init(title: "ROLE"), .init(title: "REASON")])
    for tensor in initializers {
      table.add([tensor.name.escapedLine, tensor.type, tensor.role, tensor.reason.escapedLine])
    }
    table.printOut()
  }
}
