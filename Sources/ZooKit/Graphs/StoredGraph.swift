import FileOutput
import Foundation
import GraphIR
import ONNXFormat
import RunStore

/// A graph with a name of its own and the values of its parameters, from an ONNX file.
public struct StoredGraph: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The graph.
  public let graph: Graph
  /// The value of each of the graph's parameters, by name.
  public let parameters: [String: TensorValue]
  /// The time of the import.
  public let created: Date
  /// Its origin; nil if a program added it to the store without one.
  public let details: GraphDetails?

  /// Reads a graph from an ONNX file. Nothing is stored yet; ``ModelZoo/add(_:)`` does that.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - name: the graph's name; by default that of the file without its ending.
  ///   - options: the facts that the file does not state.
  /// - Throws: `ONNXError` if the file can't be imported; ``ModelZooError`` for the name.
  public init(importing file: URL, name: String? = nil, options: ImportOptions = ImportOptions()) throws {
    try ModelZoo.check(name: name ?? Self.name(of: file), of: "graph")
    try self.init(ONNXImporter(options).readModel(file), of: file, name: name, options: options)
  }

  /// A graph that was read from an ONNX file.
  ///
  /// - Parameters:
  ///   - imported: the content of the file.
  ///   - file: the file.
  ///   - name: the graph's name; by default that of the file without its ending.
  ///   - options: the options with which the file was read.
  /// - Throws: `ONNXError` if the file can't be read again for its digest; ``ModelZooError`` for the name.
  public init(_ imported: ImportedModel, of file: URL, name: String? = nil, options: ImportOptions) throws {
    self.name = name ?? Self.name(of: file)
    try ModelZoo.check(name: self.name, of: "graph")
    graph = imported.model.graph
    parameters = imported.model.parameters
    // Whole milliseconds, as in a store.
    created = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded() / 1000)
    let digest: Digest
    do { digest = try Digest(ofFile: file) } catch {
      throw ONNXError(code: .file, message: "can't read '\(file.path)': \(error.systemReason)")
    }
    details = GraphDetails(
      imported, file: file.lastPathComponent, digest: "\(digest)", dimensions: options.dimensions)
  }

  private static func name(of file: URL) -> String { file.deletingPathExtension().lastPathComponent }

  init(_ stored: NamedGraph) throws {
    name = stored.name
    graph = stored.graph
    parameters = stored.parameters
    created = stored.created
    do {
      let json = Data(stored.details.utf8)
      details = stored.details == "{}" ? nil : try JSONDecoder().decode(GraphDetails.self, from: json)
    } catch {
      throw StoreError(.corrupt, "graph '\(stored.name)': expected details of an import, found others; import it again")
    }
  }

  /// The graph as a store keeps it.
  func named() throws -> NamedGraph {
    NamedGraph(
      name: name, graph: graph, parameters: parameters, created: created, details: try details?.json() ?? "{}")
  }

  /// The default name of its file, without an ending. It differs from that of the imported file.
  public var fileName: String {
    String(name.map { $0.isLetter || $0.isNumber || "._-".contains($0) ? $0 : "_" }) + "-graph"
  }

  /// The graph as ONNX, with its parameters and with metadata about its origin.
  public var onnx: ONNXModel {
    var metadata = details?.metadata ?? [:]
    if let details {
      metadata["sourceFile"] = details.file
      metadata["sourceDigest"] = details.fileDigest
    }
    return ONNXModel(
      graph: graph, parameters: parameters, producerName: "zoo", producerVersion: ModelZoo.version,
      documentation: details?.documentation ?? "", metadata: metadata)
  }
}
