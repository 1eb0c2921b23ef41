import GraphIR

/// ONNX's operators that run subgraphs. They are unfolded: a graph has no branches and no loops.
enum ControlOperator: String {
  case `if` = "If"
  case loop = "Loop"
  case scan = "Scan"
  case sequenceMap = "SequenceMap"
}

extension GraphImport {
  func add(_ control: ControlOperator, _ call: OperatorCall) throws -> [ImportedValue?] {
    switch control {
    case .if: try addIf(call)
    case .loop: try addLoop(call)
    case .scan: try addScan(call)
    case .sequenceMap: try addSequenceMap(call)
    }
  }

  /// Runs a subgraph with these arguments and returns its results.
  func run(
    _ graph: GraphProto, _ arguments: [ImportedValue?], _ call: OperatorCall, _ suffix: String
  ) throws -> [ImportedValue] {
    guard arguments.count == graph.inputs.count else {
      throw call.error(.graph, "the subgraph has \(graph.inputs.count) inputs, expected \(arguments.count)")
    }
    let scope = call.scope.inner("\(call.name)/\(suffix)")
    for (input, argument) in zip(graph.inputs, arguments) {
      if let argument { try scope.bind(input.name, argument) }
    }
    // An input that is also an initializer has its argument.
    let inputs = Set(graph.inputs.map(\.name))
    for initializer in graph.initializers where !inputs.contains(initializer.name) {
      try scope.bind(initializer.name, .tensor(constant(initializer.value)))
    }
    try add(graph.nodes, in: scope)
    return try graph.outputs.map { output in
      guard let value = scope[output.name] else {
        throw call.error(.graph, "the subgraph computes no value '\(output.name)' for its output")
      }
      return value
    }
  }

  /// A condition that is known before the graph runs; nil for a computed one.
  private func flag(_ value: ImportedValue?, _ call: OperatorCall) throws -> Bool? {
    guard case .tensor(let condition)? = value else { throw call.error(.graph, "the condition is no tensor") }
    guard let known = constant(condition) else { return nil }
    guard known.dtype == .bool, known.count == 1 else {
      throw call.error(.graph, "the condition is \(known.type), expected one bool")
    }
    return known.doubles[0] != 0
  }

  /// A known condition selects a branch. A computed one selects between the results of both.
  private func addIf(_ call: OperatorCall) throws -> [ImportedValue?] {
    let condition = try call.input(0)
    let branches = (try call.graph("then_branch"), try call.graph("else_branch"))
    if let isTrue = try flag(.tensor(condition), call) {
      return try run(isTrue ? branches.0 : branches.1, [], call, isTrue ? "then/" : "else/")
    }
    let results = (try run(branches.0, [], call, "then/"), try run(branches.1, [], call, "else/"))
    guard results.0.count == results.1.count else {
      throw call.error(.graph, "the branches have \(results.0.count) and \(results.1.count) results")
    }
    return try zip(results.0, results.1).map { try select(condition, $0, $1, call) }
  }

  private func select(
    _ condition: CompositionValue, _ first: ImportedValue, _ second: ImportedValue, _ call: OperatorCall
  ) throws -> ImportedValue {
    guard case .tensor(let left) = first, case .tensor(let right) = second, try type(left) == type(right) else {
      throw call.error(
        .unsupported,
        "the condition is not known before the graph runs, and results differ in type; export the model for one "
          + "branch, or fold the condition with onnxsim")
    }
    let scalar = try reshape(condition, to: [])
    return .tensor(try self.call(.where, scalar, left, right))
  }

  /// A loop runs as long as its condition is known. After that it runs up to its trip count, and values that a finished
  /// loop would not have changed are kept.
  private func addLoop(_ call: OperatorCall) throws -> [ImportedValue?] {
    let body = try call.graph("body")
    let trips = try call.tensor(0).map { count -> Int in
      guard let known = try wholeNumbers(count, call), known.count == 1 else {
        throw call.error(
          .unsupported,
          "the trip count is not known before the graph runs, expected a known one; fix the dimensions that it "
            + "depends on, as with --dim NAME=EXTENT")
      }
      return known.integers[0]
    }
    var carried = Array(call.inputs.dropFirst(2))
    let scanCount = body.outputs.count - 1 - carried.count
    guard scanCount >= 0 else {
      throw call.error(.graph, "the body has \(body.outputs.count) outputs, expected at least \(carried.count + 1)")
    }
    var condition: ImportedValue = call.inputs.count > 1 ? call.inputs[1] ?? known(true) : known(true)
    var scans = [[CompositionValue]](repeating: [], count: scanCount)
    var trip = 0
    while trip < trips ?? .max {
      let isActive = try flag(condition, call)
      if isActive == false { break }
      if isActive == nil, trips == nil || scanCount > 0 {
        throw call.error(
          .unsupported, "the number of iterations is not known before the graph runs; expected a known one")
      }
      let iteration = ImportedValue.tensor(constant(TensorValue(scalar: Int64(trip))))
      let results = try run(body, [iteration, condition] + carried, call, "\(trip)/")
      let next = results[1..<(1 + carried.count)]
      if isActive == nil, case .tensor(let active) = condition {
        carried = try zip(next, carried).map { new, old in
          guard let old else { return new }
          return try select(active, new, old, call)
        }
        guard case .tensor(let more) = results[0] else { throw call.error(.graph, "the condition is no tensor") }
        condition = .tensor(try self.call(.and, active, more))
      } else {
        carried = next.map { $0 }
        condition = results[0]
      }
      for (index, result) in results.dropFirst(1 + carried.count).enumerated() {
        guard case .tensor(let element) = result else { throw call.error(.graph, "a scan output is no tensor") }
        scans[index].append(element)
      }
      trip += 1
    }
    let stacked = try scans.enumerated().map { index, elements -> ImportedValue in
      guard !elements.isEmpty else { return try emptyScan(body.outputs[1 + carried.count + index], call) }
      return .tensor(try stack(elements, axis: 0))
    }
    return carried + stacked
  }

  private func known(_ flag: Bool) -> ImportedValue { .tensor(constant(TensorValue(scalar: flag))) }

  /// The scan output of a loop that never ran: no elements of the declared type.
  private func emptyScan(_ output: ValueInfoProto, _ call: OperatorCall) throws -> ImportedValue {
    guard case .tensor(let element, let shape?)? = output.type, let dtype = element.widened else {
      throw call.error(.unsupported, "the loop has no iteration, and its output '\(output.name)' no shape")
    }
    let extents = shape.map { if case .value(let extent) = $0 { extent } else { 0 } }
    return .tensor(constant(TensorValue(repeating: 0, type: TensorType(dtype, Shape([0] + extents)))))
  }

  func stack(_ elements: [CompositionValue], axis: Int) throws -> CompositionValue {
    let rows = try elements.map { try call(.unsqueeze, $0, integers([axis])) }
    return try call(.concat, rows, ["axis": .int(axis)], outputCount: 1)[0]
  }

  private func addScan(_ call: OperatorCall) throws -> [ImportedValue?] {
    if call.opset < 9 { return try addBatchedScan(call) }
    let body = try call.graph("body")
    let scanCount = try call.int("num_scan_inputs", default: 0)
    guard scanCount > 0, scanCount <= call.inputs.count else {
      throw call.error(.graph, "'num_scan_inputs' is \(scanCount), expected 1 to \(call.inputs.count)")
    }
    let stateCount = call.inputs.count - scanCount
    let outputCount = body.outputs.count - stateCount
    guard outputCount >= 0 else { throw call.error(.graph, "the body has \(body.outputs.count) outputs") }
    func lists(_ name: String, _ count: Int) throws -> [Int] {
      let values = try call.ints(name) ?? [Int](repeating: 0, count: count)
      guard values.count == count else { throw call.error(.graph, "'\(name)' has \(values.count) values") }
      return values
    }
    let axes = try lists("scan_input_axes", scanCount)
    let directions = try lists("scan_input_directions", scanCount)
    let sequences = try (0..<scanCount).map { index in
      try elements(of: try call.input(stateCount + index), along: axes[index], call)
    }
    guard let length = sequences.first?.count, sequences.allSatisfy({ $0.count == length }) else {
      throw call.error(.graph, "the scan inputs differ in length")
    }
    var state = Array(call.inputs.prefix(stateCount))
    var outputs = [[CompositionValue]](repeating: [], count: outputCount)
    for step in 0..<length {
      let elements = zip(sequences, directions).map { ImportedValue.tensor($1 == 0 ? $0[step] : $0[length - 1 - step]) }
      let results = try run(body, state + elements, call, "\(step)/")
      state = results.prefix(stateCount).map { $0 }
      for (index, result) in results.dropFirst(stateCount).enumerated() {
        guard case .tensor(let element) = result else { throw call.error(.graph, "a scan output is no tensor") }
        outputs[index].append(element)
      }
    }
    let outputAxes = try lists("scan_output_axes", outputCount)
    let outputDirections = try lists("scan_output_directions", outputCount)
    let stacked = try outputs.indices.map { index -> ImportedValue in
      let elements = outputDirections[index] == 0 ? outputs[index] : outputs[index].reversed()
      guard let first = elements.first else { return try emptyScan(body.outputs[stateCount + index], call) }
      let rank = try shape(first).rank + 1
      return .tensor(try stack(elements, axis: outputAxes[index] + (outputAxes[index] < 0 ? rank : 0)))
    }
    return state + stacked
  }

  /// Up to version 8, every input has an axis for the batch in front, and the lengths of sequences come first.
  private func addBatchedScan(_ call: OperatorCall) throws -> [ImportedValue?] {
    guard !call.has(0) else {
      throw call.error(.unsupported, "Scan of operator set 8 with lengths of sequences, expected 9 or later")
    }
    let inputs = try (1..<call.inputs.count).map { try elements(of: call.input($0), along: 0, call) }
    guard let count = inputs.first?.count, count > 0, inputs.allSatisfy({ $0.count == count }) else {
      throw call.error(.graph, "the inputs differ in the extent of their first axis, or have none")
    }
    let samples = try (0..<count).map { sample -> [CompositionValue] in
      var one = call
      one.opset = 9
      one.inputs = inputs.map { .tensor($0[sample]) }
      one.attributes["scan_input_directions"] = call.attributes["directions"]
      return try addScan(one).map { result in
        guard case .tensor(let tensor)? = result else { throw call.error(.graph, "a result is no tensor") }
        return tensor
      }
    }
    return try samples[0].indices.map { index in .tensor(try stack(samples.map { $0[index] }, axis: 0)) }
  }

  /// The slices of extent 1 along an axis, without that axis.
  func elements(
    of value: CompositionValue, along axis: Int, _ call: OperatorCall
  ) throws -> [CompositionValue] {
    let shape = try self.shape(value)
    guard let axis = shape.normalized(axis: axis), shape[axis] >= 0 else {
      throw call.error(
        .unsupported,
        "axis \(axis) of \(builder.graph.describe(try type(value))) has no known extent; fix the "
          + "dimension, as with --dim NAME=EXTENT")
    }
    return try (0..<bounded([shape[axis]], call, limit: Self.nodeLimit)).map { index in
      try self.call(
        .gather, value, constant(TensorValue(scalar: Int64(index))), attributes: ["axis": .int(axis)])
    }
  }

  private func addSequenceMap(_ call: OperatorCall) throws -> [ImportedValue?] {
    let body = try call.graph("body")
    let length = try call.sequence(0).count
    var outputs = [[ImportedValue]](repeating: [], count: body.outputs.count)
    for index in 0..<length {
      let arguments = try call.inputs.map { input -> ImportedValue? in
        guard case .sequence(let elements)? = input else { return input }
        guard index < elements.count else { throw call.error(.graph, "the sequences differ in length") }
        return elements[index]
      }
      for (output, result) in try run(body, arguments, call, "\(index)/").enumerated() {
        outputs[output].append(result)
      }
    }
    return outputs.map { .sequence($0) }
  }
}
