import Autograd
import Foundation
import GraphIR
import ONNXFormat
import TensorFiles

// Differentiates a model of ONNX by its inputs. `reference/onnx_operators.py` compares the results with PyTorch's.
//
//     ModelDerivatives model.onnx inputs.npz results.npz
//
// With s the sum of all float outputs times cos 0, cos 1, … (counted in each output), results.npz has `first/x`, the
// gradient of s by input x, and `second/x`, the gradient of the sum of squares of all of these. Inputs of other element
// types are constants.

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
  FileHandle.standardError.write(Data("usage: ModelDerivatives model.onnx inputs.npz results.npz\n".utf8))
  exit(64)
}

func derivatives(_ model: String, _ given: [String: TensorValue]) throws -> [String: TensorValue] {
  let fixed = given.filter { !$0.value.dtype.isFloatingPoint }
  let read = try ONNXImporter(ImportOptions(values: fixed)).read(URL(filePath: model))
  let inputs = read.graph.inputs.compactMap { input in
    given[input.name].map { (input.name, Tensor($0, requiresGrad: true)) }
  }
  let tensors = inputs.map(\.1)
  let outputs = try read.graph(tensors, parameters: read.parameters.mapValues { Tensor($0) }).outputs
  let scored = outputs.filter { $0.dtype.isFloatingPoint && $0.requiresGrad }
  guard !scored.isEmpty else { return [:] }
  let weights = scored.map { output in
    Tensor(TensorValue((0..<output.shape.elementCount).map { cos(Double($0)) }, shape: output.shape)).cast(
      to: output.dtype)
  }
  let first = try grad(scored, tensors, gradOutputs: weights, createGraph: true, materializeGrads: true)
    .compactMap { $0 }
  var results = Dictionary(uniqueKeysWithValues: zip(inputs, first).map { ("first/\($0.0)", $1.value) })
  let squares = first.filter(\.requiresGrad).map { ($0 * $0).sum() }
  guard let total = squares.first.map({ squares.dropFirst().reduce($0, +) }) else { return results }
  let second = try grad([total], tensors, materializeGrads: true)
  for (input, gradient) in zip(inputs, second) { results["second/\(input.0)"] = gradient?.value }
  return results
}

do {
  try save(parameters: derivatives(arguments[1], loadParameters(from: arguments[2])), to: arguments[3])
} catch {
  FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
  exit(1)
}
