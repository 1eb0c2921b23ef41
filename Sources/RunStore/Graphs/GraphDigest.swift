import GraphIR

extension Graph {
  /// SHA-256 over the whole graph, with tensors represented by their digests: equal for equal graphs.
  public var digest: Digest {
    var builder = DigestBuilder()
    builder.append("zoo-graph-1")
    builder.append(name)
    builder.append(list: symbols) { $0.append($1) }
    for values in [inputs, outputs] {
      builder.append(list: values) {
        $0.append($1.name)
        $0.append($1.type)
      }
    }
    builder.append(list: parameters) {
      $0.append($1.name)
      $0.append($1.type)
      $0.append(UInt8($1.isTrainable ? 1 : 0))
    }
    builder.append(list: constants) {
      $0.append($1.name)
      $0.append($1.value.digest)
    }
    builder.append(list: nodes) {
      $0.append($1.name)
      $0.append($1.op.rawValue)
      $0.append(list: $1.inputs) { $0.append($1) }
      $0.append(list: $1.outputs) { $0.append($1) }
      $0.append(list: $1.attributes.sorted) {
        $0.append($1.name)
        $0.append($1.value)
      }
    }
    builder.append(list: updates) {
      $0.append($1.parameter)
      $0.append($1.value)
    }
    return builder.finalize()
  }
}

extension DigestBuilder {
  /// Appends the number of elements (UInt32), then each element.
  fileprivate mutating func append<Element>(list: [Element], _ element: (inout DigestBuilder, Element) -> Void) {
    append(UInt32(list.count))
    for item in list { element(&self, item) }
  }

  /// Appends the kind and the value.
  fileprivate mutating func append(_ value: AttributeValue) {
    append(value.kind.rawValue)
    switch value {
    case .int(let value): append(Int64(value))
    case .float(let value): append(value.bitPattern)
    case .string(let value): append(value)
    case .ints(let values): append(list: values) { $0.append(Int64($1)) }
    case .floats(let values): append(list: values) { $0.append($1.bitPattern) }
    case .strings(let values): append(list: values) { $0.append($1) }
    case .tensor(let value): append(value.digest)
    }
  }
}
