import GraphIR

/// A graph as a program in StableHLO's textual form, with the order of its arguments and results.
///
/// The arguments are the graph's parameters, then its inputs. The results are the updates, then the metrics (the
/// float32 scalars among the outputs) as one vector, then the other outputs. Source: the StableHLO specification,
/// <https://openxla.org/stablehlo/spec>.
public struct StableHLOProgram: Sendable {
  /// An argument of the program.
  public struct Argument: Sendable {
    /// The name of the graph's parameter or input.
    public let name: String
    /// The type on all devices together.
    public let type: TensorType
    /// Whether the argument is a parameter: a part of the state.
    public let isParameter: Bool
    /// Whether each device has its part of the rows (the first axis); otherwise every device has all of it.
    public let isSplit: Bool
  }

  /// What a result is.
  public enum Result: Sendable, Equatable {
    /// The next value of a parameter.
    case update(parameter: String)
    /// The outputs that are float32 scalars, as a vector in this order.
    case metrics([String])
    /// Another output.
    case output(String)
  }

  /// The module's text; its function is `main`.
  public let text: String
  /// The arguments in order.
  public let arguments: [Argument]
  /// The results in order. Every device has all of each.
  public let results: [Result]
  /// The types of the results.
  public let resultTypes: [TensorType]
}

extension StableHLOProgram {
  /// Writes a graph for one device, or for several that share the rows of a batch.
  ///
  /// The rows of the inputs that a data set or a random stream fills (`data/…`, `normal/…`, `uniform/…`) are divided
  /// among the devices where their number allows it. Everything else is on each device. Penalties and statistics of a
  /// batch are those of all its rows.
  ///
  /// - Throws: ``StableHLOError`` for an invalid graph, for symbolic dimensions, and if the devices can't share the
  ///   rows of any input.
  public init(_ graph: Graph, devices: Int = 1) throws {
    precondition(devices > 0, "a program for \(devices) devices: expected at least 1")
    if let input = graph.inputs.first(where: { !$0.type.shape.isStatic }) {
      throw StableHLOError(
        .unsupported,
        "graph '\(graph.name)': input '\(input.name)' is \(graph.describe(input.type)), but a compiled program needs "
          + "static dimensions; expected a number for each (`--dim NAME=NUMBER`)")
    }
    do { _ = try graph.verify() } catch { throw StableHLOError(.graph, "graph '\(graph.name)'", cause: error) }
    arguments =
      graph.parameters.map { Argument(name: $0.name, type: $0.type, isParameter: true, isSplit: false) }
      + graph.inputs.map { input in
        let isSplit = devices > 1 && Self.isRowwise(input) && input.type.shape[0] % devices == 0
        return Argument(name: input.name, type: input.type, isParameter: false, isSplit: isSplit)
      }
    if devices > 1, !arguments.contains(where: \.isSplit),
      let batch = graph.inputs.first(where: { Self.isRowwise($0) && $0.type.shape[0] > 1 })
    {
      throw StableHLOError(
        .unsupported,
        "graph '\(graph.name)': \(devices) devices can't share the \(batch.type.shape[0]) rows of '\(batch.name)'; "
          + "expected a number of devices that divides them")
    }
    let values = arguments.enumerated().map { index, argument in Value(name: "%arg\(index)", type: argument.type) }
    let emitter = Emitter()
    let scope = try Scope(
      graph, Dictionary(uniqueKeysWithValues: zip(arguments.map(\.name), values)), emitter)
    try scope.lower()

    let metrics = graph.outputs.filter { $0.type == TensorType(.float32, []) }.map(\.name)
    let others = graph.outputs.map(\.name).filter { !metrics.contains($0) }
    var results = graph.updates.map { (Result.update(parameter: $0.parameter), scope.value($0.value)) }
    if !metrics.isEmpty {
      let scalars = metrics.map { emitter.reshape(scope.value($0), to: [1]) }
      results.append((.metrics(metrics), emitter.concatenate(scalars, axis: 0)))
    }
    results += others.map { (Result.output($0), scope.value($0)) }
    self.results = results.map(\.0)
    resultTypes = results.map(\.1.type)
    text = Self.module(arguments, values, emitter.lines, results.map(\.1), devices)
  }

  private static func isRowwise(_ input: Graph.Value) -> Bool {
    input.type.shape.rank > 0 && ["data/", "normal/", "uniform/"].contains(where: input.name.hasPrefix)
  }

  private static func module(
    _ arguments: [Argument], _ values: [Value], _ lines: [String], _ results: [Value], _ devices: Int
  ) -> String {
    func attribute(_ type: TensorType, _ isSplit: Bool) -> String {
      guard devices > 1 else { return "" }
      let axes = type.shape.indices.map { $0 == 0 && isSplit ? "{\"batch\"}" : "{}" }.joined(separator: ", ")
      return " {sdy.sharding = #sdy.sharding<@mesh, [\(axes)]>}"
    }
    let parameters = zip(arguments, values).map { "\($1.name): \($1.type.mlir)\(attribute($1.type, $0.isSplit))" }
    let types = results.map { $0.type.mlir + attribute($0.type, false) }
    return """
      module @program attributes {mhlo.num_partitions = \(devices) : i32, mhlo.num_replicas = 1 : i32} {
      \(devices > 1 ? "  sdy.mesh @mesh = <[\"batch\"=\(devices)]>\n" : "")\
        func.func public @main(\(parameters.joined(separator: ", "))) -> (\(types.joined(separator: ", "))) {
      \(lines.map { "    " + $0 }.joined(separator: "\n"))
          return \(results.map(\.name).joined(separator: ", ")) : \(results.map(\.type.mlir).joined(separator: ", "))
        }
      }

      """
  }
}
