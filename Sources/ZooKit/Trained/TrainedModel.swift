import TrainingAlgorithms
import FileOutput
import Foundation
import GraphIR
import ONNXFormat
import RunStore

/// A model that comes with trained networks: `MODEL:trained`.
///
/// ```swift
/// if let trained = try Catalogue.standard.trainedModel("ppo-cartpole:trained") {
///   let returns = try trained.evaluate(episodes: 20, isDeterministic: true).returns
///   let policy = try trained.network()
/// }
/// ```
public struct TrainedModel: NetworkSource {
  /// The end of a reference to a trained model.
  public static let ending = ":trained"

  /// The card.
  public let card: TrainedCard
  private let folder: URL

  /// The model's name, followed by `:trained`.
  public var reference: String { card.model + Self.ending }
  /// The reference.
  public var name: String { reference }
  /// The reference.
  public var title: String { reference }
  /// The settings of the training, as the run stored them.
  public var specification: RunSpecification { card.specification }
  /// The roles of the networks that have files.
  public var roles: [String] { card.networks.map(\.role) }
  /// nil.
  public var dataFolder: String? { nil }

  /// Reads the card of a model. Networks are read when they are needed.
  ///
  /// - Throws: ``ModelZooError`` if the card is missing or damaged.
  init(_ model: String, in folder: URL, _ catalogue: Catalogue) throws {
    card = try TrainedCard(of: model, in: folder, catalogue)
    self.folder = folder
  }

  /// The ONNX file of a network, with the digest of the card.
  ///
  /// - Parameter role: the role of the network; by default the one that users need.
  /// - Throws: ``ModelZooError`` if there is no such network, or its file is missing or damaged.
  public func data(_ role: String? = nil) throws -> Data {
    let network = try entry(role)
    let file = folder.appending(path: network.file)
    let bytes: Data
    do {
      // A much larger file is not read at all.
      let attributes = try FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
      let size = attributes[.size] as? Int ?? 0
      guard size == network.bytes else { throw damaged(file, "\(network.bytes) bytes", "\(size)") }
      bytes = try ONNXFile.read(file)
    } catch let error as ModelZooError {
      throw error
    } catch {
      throw ModelZooError(
        .trainedModel,
        "'\(file.path)', the \(network.role) of \(reference), can't be read: "
          + ((error as? ONNXError)?.message ?? error.systemReason) + "; restore it, or name another folder in "
          + TrainedFolder.variable)
    }
    let digest = Digest(of: bytes).description
    guard digest == network.digest else { throw damaged(file, "the SHA-256 \(network.digest)", digest) }
    return bytes
  }

  /// A network of the model, in inference mode.
  ///
  /// - Parameter role: the role of the network; by default the one that users need.
  /// - Throws: ``ModelZooError`` if there is no such network, or its file is missing or damaged; `ONNXError` if it is
  ///   not a model that can be read.
  public func network(_ role: String? = nil) throws -> SourceNetwork {
    let model = try ONNXImporter().decode(data(role))
    return SourceNetwork(
      role: try entry(role).role, graph: model.graph, parameters: model.parameters, step: card.step)
  }

  /// The values of all networks by `ROLE/NAME`, as recipes name their networks.
  ///
  /// - Throws: as ``network(_:)``.
  func tensors() throws -> [String: TensorValue] {
    var tensors: [String: TensorValue] = [:]
    for role in roles {
      for (name, value) in try network(role).parameters {
        switch role {
        // Its parameters have the names of the checkpoint. Statistics of observations are no network's.
        case RunGraphs.policy: if !name.hasPrefix("environment/") { tensors[name] = value }
        case WGANGP.averageRole: tensors["generator/\(name)"] = value
        default: tensors["\(role)/\(name)"] = value
        }
      }
    }
    return tensors
  }

  private func entry(_ role: String?) throws -> TrainedCard.Network {
    guard let network = role.map({ role in card.networks.first { $0.role == role } }) ?? card.networks.first else {
      throw ModelZooError(
        .invalidArgument, "\(reference) has no network '\(role ?? "")'; it has \(roles.joined(separator: ", "))")
    }
    return network
  }

  private func damaged(_ file: URL, _ expected: String, _ found: String) -> ModelZooError {
    ModelZooError(
      .trainedModel,
      "'\(file.path)' is damaged: expected \(expected) as in the card of \(reference), found \(found); restore it")
  }
}
