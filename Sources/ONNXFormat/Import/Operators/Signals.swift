import Foundation
import GraphIR

extension ImportedOperators {
  /// Windows of `size` elements, periodic or symmetric: sums of cosines. Source: ONNX HannWindow-17 and its relatives.
  static let signals: [String: Composition] = [
    "BlackmanWindow": window([0.42, -0.5, 0.08]),
    "HammingWindow": window([25.0 / 46, -21.0 / 46]),
    "HannWindow": window([0.5, -0.5]),
  ]

  private static func window(_ coefficients: [Double]) -> Composition {
    { graph, call in
      guard let size = try graph.knownIntegers(0, call).first, size >= 0 else {
        throw call.error(.graph, "the size is negative or missing")
      }
      _ = try graph.bounded([size], call)
      let period = try call.int("periodic", default: 1) == 1 ? size : size - 1
      let numbers = (0..<size).map { index in
        coefficients.enumerated().reduce(0) { sum, term in
          sum + term.element * cos(2 * .pi * Double(term.offset * index) / Double(max(period, 1)))
        }
      }
      let label = "\(call.label), attribute 'output_datatype'"
      let code = try call.int("output_datatype", default: ElementType.float32.rawValue)
      let dtype = try ElementType(code: code, of: label).widened(for: label)
      let value = graph.constant(TensorValue(numbers))
      return [try graph.call(.cast, value, attributes: ["to": .int(dtype.onnxCode)])]
    }
  }
}
