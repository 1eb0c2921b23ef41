import Foundation
import ONNXFormat

// Reads an ONNX model and prints the seconds that this takes as JSON. Benchmarks/onnx_import.py runs it.
//
//     ImportCost MODEL.onnx

guard CommandLine.arguments.count == 2 else {
  print("usage: ImportCost MODEL.onnx")
  exit(64)
}
let start = ContinuousClock.now
let model = try ONNXImporter().read(URL(filePath: CommandLine.arguments[1]))
let seconds = (ContinuousClock.now - start) / .seconds(1)
let byteCount = model.parameters.values.reduce(0) { $0 + $1.byteCount }
print(#"{"seconds": \#(seconds), "bytes": \#(byteCount)}"#)
