import Checkpointing
import Foundation
import GraphIR
import ONNXFormat
import RunStore

extension ModelZoo {
  /// A checkpoint of a run as an ONNX model with training steps. ``importRun(_:named:)`` continues from it.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - network: the network of the main graph; by default as in ``network(_:_:)``.
  /// - Returns: the checkpoint and its model.
  /// - Throws: as ``network(_:_:)``; ``ModelZooError`` for a run of an early version, which has no programs.
  public func trainingModel(_ reference: String, network: String? = nil) throws -> (Checkpoint, ONNXModel) {
    let resolved = try store.resolve(reference)
    let (run, graphs) = (resolved.run, try store.runGraphs(of: resolved.run.id))
    guard !graphs.programs.isEmpty else {
      throw ModelZooError(
        .invalidRun, "run \(run.id) has no programs to export: it is of an early version; export its networks")
    }
    let network = try inferenceGraph(network, of: run, graphs)
    let prefix = Self.prefix(ofRole: network.role)
    let own = Set(network.graph.parameters.map(\.name))
    let (checkpoint, state) = try store.load(run.id, at: resolved.checkpoint ?? .latest)
    var graph = network.graph.renaming { own.contains($0) ? prefix + $0 : $0 }
    var tensors: [String: TensorValue] = [:]
    for (name, value) in state.tensors { tensors[RunFile.name(ofTensor: name, graphs)] = value }
    graph.addParameters(tensors, trainedBy: graphs.programs)
    let manifest = RunManifest(run, recipe: try store.recipe(of: run.id), graphs: graphs, state: state)
    var metadata = try metadata(of: run, at: checkpoint)
    metadata[RunFile.Key.manifest] = try manifest.json()
    let model = ONNXModel(
      graph: graph, parameters: tensors, producerName: "zoo", producerVersion: ModelZoo.version,
      documentation: "\(run.model) after \(checkpoint.id.step) steps, with the steps that train it.",
      metadata: metadata,
      training: try graphs.trainingPrograms.map { try trainingStep($0.graph) })
    return (checkpoint, model)
  }

  /// A program as a training step. Its initialization sets the state of optimisers to zero.
  private func trainingStep(_ program: Graph) throws -> TrainingStep {
    let algorithm = try program.trainingStep()
    var reset = GraphBuilder(name: "\(program.name) initialization")
    for update in algorithm.updates {
      guard let parameter = algorithm.parameters.first(where: { $0.name == update.parameter }),
        parameter.name.split(separator: "/").contains(where: { catalogue.optimizers[String($0)] != nil })
      else { continue }
      try reset.parameter(parameter.name, parameter.type, isTrainable: parameter.isTrainable)
      let shape = reset.constant(TensorValue(parameter.type.shape.map(Int64.init), shape: [parameter.type.shape.rank]))
      let zero = TensorValue(repeating: 0, type: TensorType(parameter.type.dtype, [1]))
      try reset.append(
        Node(
          name: "zero_\(parameter.name)", op: .constantOfShape, inputs: [shape], outputs: ["\(parameter.name).initial"],
          attributes: ["value": .tensor(zero)]))
      reset.update(parameter.name, to: "\(parameter.name).initial")
    }
    return TrainingStep(algorithm: algorithm, initialization: reset.graph.updates.isEmpty ? nil : reset.graph)
  }

  /// Adds a run that continues from a checkpoint in a file. If the import fails, the store is unchanged.
  ///
  /// - Parameters:
  ///   - file: the checkpoint.
  ///   - name: a name for the run.
  /// - Returns: the new run, interrupted at the checkpoint's step.
  /// - Throws: `StoreError` if the name is taken; ``ModelZooError`` if this zoo lacks the algorithm.
  @discardableResult
  public func importRun(_ file: RunFile, named name: String? = nil) throws -> Run {
    try Self.check(name: name)
    var manifest = file.manifest
    var specification = try RunSpecification(json: manifest.settings, run: file.origin, catalogue: catalogue)
    if specification.logs != LogSettings() {
      // A file must not name folders of this machine.
      specification.logs = LogSettings()
      manifest.settings = try specification.json()
    }
    let claim = try store.createRun(
      manifest.newRun(named: name), graphs: file.graphs.stored, initial: file.state, sharesName: false)
    try store.record(Event(.imported, step: file.state.step, message: file.history), claim: claim)
    let isDone = file.state.step >= manifest.targetStep ?? .max
    try store.release(claim, status: isDone ? .done : .interrupted)
    return try store.run(claim.run)
  }

  /// Adds the state in a file to a run, as its newest checkpoint.
  ///
  /// - Parameters:
  ///   - file: the state, of a later step than the run's last checkpoint.
  ///   - reference: the run: its id, the beginning of one, or its name.
  /// - Returns: the run.
  /// - Throws: `StoreError` if there is no such run or another process trains it; ``ModelZooError`` if the file is of
  ///   another training or of an earlier step.
  @discardableResult
  public func importState(_ file: RunFile, into reference: String) throws -> Run {
    let resolved = try store.resolve(reference)
    let run = resolved.run
    guard resolved.checkpoint == nil else {
      throw ModelZooError(.invalidArgument, "'\(reference)' names a checkpoint, expected a run")
    }
    guard try store.graphs(of: run.id) == file.graphs.stored else {
      throw ModelZooError(
        .invalidArgument,
        "the file is of \(file.origin) and has other networks or programs than run \(run.id); import it as a run of "
          + "its own")
    }
    let last = try store.checkpoint(of: run.id).id.step
    guard file.state.step > last else {
      throw ModelZooError(
        .invalidArgument,
        "the file has the state after \(file.state.step) steps, expected more than the \(last) of run \(run.id); set "
          + "the metadata 'step' of the file to the number of steps done")
    }
    let policy = try specification(of: run).checkpoint
    let (claim, _) = try store.resume(run.id)
    do {
      try store.commit(
        file.state, claim: claim, events: [Event(.imported, step: file.state.step, message: file.history)],
        keep: KeepPolicy(last: policy.keepLast, every: policy.keepEvery))
    } catch {
      try? store.release(claim, status: .interrupted)
      throw error
    }
    try store.release(claim, status: file.state.step >= run.targetStep ?? .max ? .done : .interrupted)
    return try store.run(run.id)
  }
}

extension RunFile {
  /// The sentence about the import in a run's history.
  fileprivate var history: String {
    "imported from \(origin)" + (isUnchanged ? "" : ", trained on by another program")
  }
}

extension Graph {
  /// Adds the tensors that the graph does not read as parameters.
  fileprivate mutating func addParameters(_ tensors: [String: TensorValue], trainedBy programs: [String: Graph]) {
    let trainable = Set(programs.values.flatMap(\.parameters).filter(\.isTrainable).map(\.name))
    let own = Set(parameters.map(\.name))
    for (name, value) in tensors.sorted(by: { $0.key < $1.key }) where !own.contains(name) {
      parameters.append(Parameter(name: name, type: value.type, isTrainable: trainable.contains(name)))
    }
  }
}
