import Foundation
import GraphIR
import ONNXFormat
import TensorFiles

/// Values from files in place of the initial parameters of networks, such as a PyTorch `state_dict`, or those of a
/// trained model.
///
/// A file is `.safetensors`, `.npz` or `.onnx`. For one network, its tensors have the names of the network's
/// parameters. A file for several networks has names `ROLE/NAME`. Each network that a file names must be in it as a
/// whole, running statistics included; other networks are drawn.
public struct InitialValues: Sendable {
  /// A file, and the network that it is for; nil if its names say it.
  private struct Source: Sendable {
    let role: String?
    let file: String
    let values: [String: TensorValue]
  }

  private var sources: [Source] = []

  /// No values: every network is drawn.
  public init() {}

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - role: the network that it is for; nil if its names are `ROLE/NAME`.
  /// - Throws: `TensorFileError` or `ONNXError` if the file can't be read.
  public mutating func read(_ file: String, for role: String? = nil) throws {
    let isModel = URL(filePath: file).pathExtension.lowercased() == "onnx"
    let values =
      isModel ? try ONNXImporter().read(URL(filePath: file)).parameters : try loadParameters(from: file)
    sources.append(Source(role: role, file: file, values: values))
  }

  /// Takes the values of a trained model.
  ///
  /// - Parameters:
  ///   - trained: the trained model.
  ///   - role: the network that they are for; by default all that the model has.
  /// - Throws: ``ModelZooError`` if the model has no such network, or a file is missing or damaged.
  public mutating func read(_ trained: TrainedModel, for role: String? = nil) throws {
    let tensors = try trained.tensors()
    guard let role else { return sources.append(Source(role: nil, file: trained.reference, values: tensors)) }
    let roles = Set(tensors.keys.map { String($0.prefix { $0 != "/" }) })
    // The only network of a model may be for any network of its form.
    guard let own = roles.contains(role) ? role : roles.count == 1 ? roles.first : nil else {
      throw ModelZooError(
        .invalidArgument,
        "\(trained.reference) has no values for '\(role)'; it has those of \(roles.sorted().joined(separator: ", "))")
    }
    let values = tensors.filter { $0.key.hasPrefix("\(own)/") }.map {
      (String($0.key.dropFirst(own.count + 1)), $0.value)
    }
    sources.append(Source(role: role, file: trained.reference, values: Dictionary(uniqueKeysWithValues: values)))
  }

  /// The files as a sentence for a run's history; nil if there are none.
  var history: String? {
    sources.isEmpty
      ? nil
      : "initial values from "
        + sources.map { URL(filePath: $0.file).lastPathComponent + ($0.role.map { " for \($0)" } ?? "") }
        .joined(separator: ", ")
  }

  /// The values by `ROLE/NAME`.
  ///
  /// - Parameter networks: the parameters of each network.
  /// - Throws: ``ModelZooError`` that names each tensor that is missing, unknown or of another type.
  func values(for networks: [String: [Graph.Parameter]]) throws -> [String: TensorValue] {
    var result: [String: TensorValue] = [:]
    for source in sources {
      // PyTorch counts batches in BatchNorm; nothing here depends on the count.
      let values = source.values.filter { !$0.key.hasSuffix("num_batches_tracked") }
      let prefix = source.role.map { "\($0)/" } ?? ""
      let named = Dictionary(uniqueKeysWithValues: values.map { (prefix + $0.key, $0.value) })
      let roles = Set(named.keys.map { String($0.prefix { $0 != "/" }) })
      let expected = networks.filter { roles.contains($0.key) }.flatMap { role, parameters in
        parameters.map { (name: "\(role)/\($0.name)", type: $0.type) }
      }
      let types = Dictionary(uniqueKeysWithValues: expected.map { ($0.name, $0.type) })
      let wrong = expected.filter { named[$0.name].map { $0.type } != $0.type }
      let unknown = named.keys.filter { types[$0] == nil }
      guard wrong.isEmpty, unknown.isEmpty else {
        let problems =
          wrong.map { "'\($0.name)' is \($0.type), found \(named[$0.name]?.type.description ?? "none")" }.sorted()
          + unknown.sorted().map { "'\($0)' is of no network" }
        throw ModelZooError(
          .invalidArgument,
          "'\(source.file)' does not fit the networks \(networks.keys.sorted().joined(separator: ", ")): "
            + problems.prefix(6).joined(separator: "; ")
            + (problems.count > 6 ? "; and \(problems.count - 6) more" : ""))
      }
      result.merge(named) { $1 }
    }
    return result
  }
}
