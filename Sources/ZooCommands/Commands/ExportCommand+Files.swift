import ArgumentParser
import FileOutput
import Foundation
import ONNXFormat
import ZooKit

extension ExportCommand {
  private struct ModelFileRecord: Encodable {
    let file, model: String
    let bytes: Int
  }

  /// Writes the model of a file in another format.
  func export(_ model: ModelFile) throws {
    guard network == nil, !training, !externalData else {
      throw ValidationError("--network, --training and --external-data are for runs; '\(reference)' is a file.")
    }
    let format = chosenFormat ?? (model.isText ? .onnx : .onnxtxt)
    let named = try namedOutput()
    let file = try named ?? options.output("\(model.name).\(format.rawValue)")
    let bytes: Int
    if format.hasGraph {
      let data = try data(of: model.read(), as: format)
      try file.write(data)
      bytes = data.count
    } else {
      bytes = try write(ONNXImporter().read(model.url), as: format, to: file)
    }
    try printing.report(
      ModelFileRecord(file: file.path, model: model.url.path, bytes: bytes),
      "\(file.path)  model of \(reference), ".escapedLine + Format.bytes(bytes), of: file)
  }

  /// Copies a network of a trained model, or writes it in another format.
  func export(_ trained: TrainedModel) throws {
    guard !training, program == nil else {
      throw ValidationError("--training and --program are for runs; '\(reference)' is a trained model.")
    }
    let (format, named) = (chosenFormat ?? .onnx, try namedOutput())
    let bytes = try trained.data(network)
    let role = network ?? trained.roles[0]
    let ending = role == trained.roles[0] ? "" : "-\(role)"
    let file = try named ?? options.output("\(trained.card.model)\(ending).\(format.rawValue)")
    let count: Int
    if format.hasGraph, !externalData {
      let data = try data(of: bytes, as: format)
      try file.write(data)
      count = data.count
    } else {
      count = try write(ONNXImporter().decode(bytes), as: format, to: file)
    }
    try printing.report(
      ModelFileRecord(file: file.path, model: reference, bytes: count),
      "\(file.path)  \(role) of \(reference), ".escapedLine + Format.bytes(count), of: file)
  }
}
