import Foundation
import ONNXFormat
import RunStore

extension ModelZoo {
  /// Imports a graph from an ONNX file into the store. If the import fails, the store is unchanged.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - name: the graph's name; by default that of the file without its ending.
  ///   - options: the facts that the file does not state.
  /// - Returns: the graph.
  /// - Throws: `ONNXError` if the file can't be imported; `StoreError` if a run or a graph has the name;
  ///   ``ModelZooError`` if the text can't be a name, or a model has it.
  @discardableResult
  public func importGraph(
    _ file: URL, name: String? = nil, options: ImportOptions = ImportOptions()
  ) throws -> StoredGraph {
    let chosen = name ?? file.deletingPathExtension().lastPathComponent
    // Before the work of the import.
    try requireNoModel(chosen)
    try store.requireUnused(graphName: chosen)
    let graph = try StoredGraph(importing: file, name: name, options: options)
    try add(graph)
    return graph
  }

  /// Adds a graph to the store.
  ///
  /// - Throws: `StoreError` if a run or a graph has the name, or the write fails; ``ModelZooError`` if a model of the
  ///   catalogue has the name.
  public func add(_ graph: StoredGraph) throws {
    try requireNoModel(graph.name)
    try store.add(graph.named())
  }

  /// Checks that no model has a graph's name: `zoo show` takes models first.
  private func requireNoModel(_ name: String) throws {
    guard catalogue.models["\(name).yaml"] == nil else {
      throw ModelZooError(.invalidArgument, "'\(name)' is the name of a model; choose another name for the graph")
    }
  }

  /// The graph of a name, with the values of its parameters.
  ///
  /// - Throws: `StoreError` if no graph has the name, or it is damaged.
  public func graph(_ name: String) throws -> StoredGraph {
    do {
      return try StoredGraph(store.namedGraph(name))
    } catch let error as StoreError where error.code == .unknownGraph {
      throw hinting(error, name, try store.namedGraphs().map(\.name))
    }
  }

  /// Reads a recipe as ``Catalogue/recipe(named:)``. Its networks may also name graphs of the store.
  ///
  /// - Throws: as ``Catalogue/recipe(named:)``.
  public func recipe(named name: String) throws(RecipeError) -> Recipe {
    var catalogue = catalogue
    catalogue.storedGraph = { [store] name in
      do { return try StoredGraph(store.namedGraph(name)) } catch let error as StoreError
        where error.code == .unknownGraph
      { return nil }
    }
    return try catalogue.recipe(named: name)
  }

  /// The meaning of a reference that may name a run, a checkpoint or a graph.
  ///
  /// - Throws: `StoreError` if no run and no graph matches, or several runs match.
  public func find(_ reference: String) throws -> StoredReference {
    do { return try store.find(reference) } catch let error as StoreError where error.code == .unknownRun {
      throw hinting(error, reference, try store.namedGraphs().map(\.name) + store.runs().compactMap(\.name))
    }
  }

  /// An error about an unknown name, with the nearest name if one is near.
  private func hinting(_ error: StoreError, _ name: String, _ names: [String]) -> StoreError {
    guard let near = Suggestion.nearest(to: name, among: names).first else { return error }
    return StoreError(error.code, "\(error.message); did you mean '\(near)'?", remedy: error.remedy)
  }
}
