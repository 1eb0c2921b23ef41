import Checkpointing
import Foundation
import GraphIR
import ONNXFormat
import RunStore

/// A checkpoint of a run as an ONNX file: everything that the run needs to continue.
///
/// The main graph is a network in inference mode. Its initializers are all tensors of the state. Each program of the
/// run is a training step (`TrainingInfoProto`) on them. Metadata hold the rest: settings, random streams, counters,
/// and the programs as the zoo executes them.
public struct RunFile: Sendable {
  /// The run's settings, streams and counters.
  public let manifest: RunManifest
  /// The state.
  public let state: TrainingState
  /// The digest of the state at the export. It differs from that of ``state`` if another program trained on.
  public let exportedDigest: String
  /// The id of the exported run.
  public let run: String
  /// The graphs of the run.
  let graphs: RunGraphs

  /// The exported checkpoint: `RUN@STEP`.
  public var origin: String { "\(run)@\(manifest.step)" }
  /// Whether the state is the one that was exported.
  public var isUnchanged: Bool { state.digest.description == exportedDigest }

  /// The keys of a file's metadata.
  enum Key {
    static let manifest = "zoo.run"
    static let step = "step"
    static let run = "run"
    static let stateDigest = "stateDigest"
  }

  /// Whether a model is a checkpoint of a run.
  public static func isRun(_ model: ONNXModel) -> Bool { model.metadata[Key.manifest] != nil }

  /// Reads a checkpoint from a model.
  ///
  /// - Throws: ``ModelZooError`` if the model is no checkpoint, or other programs than the run's are in it.
  public init(_ model: ONNXModel) throws {
    func value(_ key: String) throws -> String {
      guard let value = model.metadata[key] else {
        throw ModelZooError(
          .invalidArgument,
          "the model has no metadata '\(key)', expected a file that 'export' wrote with the training of a run")
      }
      return value
    }
    let text = try value(Key.step)
    guard let step = Int(text), step >= 0 else {
      throw ModelZooError(.invalidArgument, "the metadata 'step': expected a number of steps, found '\(text)'")
    }
    manifest = try RunManifest(json: try value(Key.manifest))
    exportedDigest = try value(Key.stateDigest)
    run = try value(Key.run)
    graphs = try manifest.runGraphs()
    var counters = manifest.counters
    // A trainer keeps the number of its steps as a part of its own, too.
    if counters["step"] == Int64(manifest.step) { counters["step"] = Int64(step) }
    var tensors = model.parameters
    for name in graphs.inputNames {
      if let value = tensors.removeValue(forKey: Self.name(ofTensor: name, graphs)) { tensors[name] = value }
    }
    state = TrainingState(step: step, tensors: tensors, streams: manifest.streams, counters: counters)
    try checkPrograms(of: model)
    try checkState()
  }

  /// The name of a tensor of the state in the file: the tensor's own, or `state/NAME` if an input of a program has it.
  static func name(ofTensor name: String, _ graphs: RunGraphs) -> String {
    graphs.inputNames.contains(name) ? "state/\(name)" : name
  }

  /// Checks that the training steps are the run's programs: changes of the file would have no effect.
  private func checkPrograms(of model: ONNXModel) throws {
    let steps = Dictionary(model.training.map { ($0.algorithm.name, $0.algorithm) }) { first, _ in first }
    for (name, program) in graphs.trainingPrograms {
      let expected = try program.trainingStep()
      let found = steps[program.name]
      guard let found, found.nodes == expected.nodes.map(\.withoutTrailingGaps), found.constants == expected.constants,
        found.inputs == expected.inputs, found.outputs == expected.outputs, found.updates == expected.updates
      else {
        throw ModelZooError(
          .invalidArgument,
          "the training step '\(program.name)' is not the program '\(name)' of the run; a file may change its tensors, "
            + "not its steps")
      }
    }
  }

  private func checkState() throws {
    let (expected, found) = (Set(manifest.tensors), Set(state.tensors.keys))
    guard expected == found else {
      let missing = expected.subtracting(found).sorted().map { "'\($0)' is missing" }
      let unknown = found.subtracting(expected).sorted().map { "'\($0)' is unknown" }
      throw ModelZooError(
        .invalidArgument,
        "the state of \(origin) has \(expected.count) tensors, found \(found.count) in the file: "
          + (missing + unknown).prefix(6).joined(separator: ", "))
    }
    for (name, program) in graphs.programs.sorted(by: { $0.key < $1.key }) {
      for parameter in program.parameters where state.tensors[parameter.name]?.type != parameter.type {
        throw ModelZooError(
          .invalidArgument,
          "the program '\(name)' needs '\(parameter.name)' of type \(parameter.type), found "
            + (state.tensors[parameter.name]?.type.description ?? "none"))
      }
    }
  }
}

extension RunGraphs {
  /// The names of the inputs of all programs.
  var inputNames: Set<String> { Set(programs.values.flatMap(\.inputs).map(\.name)) }

  /// The programs that change the state, by name. Others, such as the one that acts, are no training steps.
  var trainingPrograms: [(name: String, graph: Graph)] {
    programs.filter { !$0.value.updates.isEmpty }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension Graph {
  /// A program as a training step in plain ONNX: updates have names, and no other value has a name of a network.
  func trainingStep() throws -> Graph {
    let lowered = try namingUpdates().loweringToOpset()
    let kept = Set(
      (lowered.inputs + lowered.outputs).map(\.name) + lowered.parameters.map(\.name) + lowered.updates.map(\.value))
    return lowered.renaming {
      kept.contains($0) ? $0 : "step/\($0)"
    } nodes: {
      "step/\($0)"
    }
  }
}

extension Node {
  /// The node without omitted inputs at its end, which files leave out.
  fileprivate var withoutTrailingGaps: Node {
    var node = self
    node.inputs = Array(inputs[...(inputs.lastIndex { !$0.isEmpty } ?? -1)])
    return node
  }
}
