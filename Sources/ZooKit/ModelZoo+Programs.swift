import GraphRuntime
import FileOutput
import Foundation
import GraphIR
import ONNXFormat
import RunStore

extension ModelZoo {
  /// A program of a run with the state of a checkpoint.
  public struct StoredProgram: Sendable {
    /// The checkpoint of the state.
    public let checkpoint: Checkpoint
    /// The run of the checkpoint.
    public let run: Run
    /// The program's name.
    public let name: String
    /// The program.
    public let graph: Graph
    /// The value of each of its parameters.
    public let state: [String: TensorValue]

    /// The default name of its file.
    public var fileName: String { "\(run.id)-\(name)-step.onnx" }

    /// The program as plain ONNX, with its state as defaults of inputs.
    ///
    /// - Throws: errors of rewriting the graph.
    public func onnx() throws -> ONNXModel {
      ONNXModel(
        graph: try graph.functionalForm(), parameters: [:], defaults: state, producerName: "zoo",
        producerVersion: ModelZoo.version,
        documentation: "A \(name) step of \(run.model), with the state after \(checkpoint.id.step) steps.",
        metadata: run.metadata(at: checkpoint))
    }
  }

  /// A program of a run: one of the steps that train it.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - name: the program's name, for example `critic`.
  /// - Throws: `StoreError` if there is no such run or checkpoint; ``ModelZooError`` if the run has no such program.
  public func program(_ reference: String, _ name: String) throws -> StoredProgram {
    let resolved = try store.resolve(reference)
    let programs = try store.runGraphs(of: resolved.run.id).programs
    guard let graph = programs[name] else {
      let known = programs.isEmpty ? "none; it is of an early version" : programs.keys.sorted().joined(separator: ", ")
      throw ModelZooError(.invalidArgument, "run \(resolved.run.id) has no program '\(name)'; it has \(known)")
    }
    let (checkpoint, state) = try values(of: graph, at: resolved)
    return StoredProgram(checkpoint: checkpoint, run: resolved.run, name: name, graph: graph, state: state)
  }

  /// Writes a program as plain ONNX: a training step as a function of its state, its batch and its draws.
  ///
  /// Every tensor of the state is an input; its default is the value in the checkpoint. The output `NAME.next` is its
  /// next value.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - name: the program's name, for example `critic`.
  ///   - file: the file to write; by default `RUN-NAME-step.onnx` in the current folder.
  /// - Returns: the program and its file.
  /// - Throws: as ``program(_:_:)``, and `ONNXError` if the file can't be written.
  @discardableResult
  public func exportProgram(_ reference: String, _ name: String, to file: URL? = nil) throws -> (StoredProgram, URL) {
    let stored = try program(reference, name)
    let file = file ?? URL(filePath: stored.fileName)
    _ = try OutputFile(file, sparing: Store.files(at: store.path))
    try ONNXExporter.write(stored.onnx(), to: file)
    return (stored, file)
  }

  /// The plan of a run's program, on the state of a checkpoint.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest` or `RUN@best`.
  ///   - name: the program's name, for example `critic`.
  ///   - threads: the threads that instructions may use; by default the run's.
  /// - Throws: as ``program(_:_:)``, and `ExecutionError` if the program can't be compiled here.
  public func plan(_ reference: String, _ name: String, threads: Int? = nil) throws -> Plan {
    let stored = try program(reference, name)
    return try Plan(
      stored.graph, state: ProgramState(stored.state, for: [stored.graph]),
      threads: Self.checked(threads: threads ?? stored.run.threads))
  }
}

extension ModelZoo {
  /// Metadata of an exported file about its origin. `observation` has the parts of a Gymnasium environment's flat
  /// observation, as JSON, and `frames` the number of observations in a row of the policy's input, the oldest first.
  ///
  /// - Throws: ``ModelZooError`` if the run's settings can't be read.
  func metadata(of run: Run, at checkpoint: Checkpoint) throws -> [String: String] {
    var metadata = run.metadata(at: checkpoint)
    let environment = try specification(of: run).settings.agent?.environment
    metadata["frames"] = environment?.frames.map(String.init)
    guard let parts = environment?.observation else { return metadata }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    metadata["observation"] = String(decoding: try encoder.encode(parts), as: UTF8.self)
    return metadata
  }
}

extension Run {
  /// Metadata of an exported file about its origin.
  func metadata(at checkpoint: Checkpoint) -> [String: String] {
    [
      "run": id, "step": String(checkpoint.id.step), "recipe": model, "recipeDigest": recipeDigest.description,
      "stateDigest": checkpoint.stateDigest.description, "seed": String(seed),
    ]
  }
}
