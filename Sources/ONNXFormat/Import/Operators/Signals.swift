import Foundation
import GraphIR

extension ImportedOperators {
  /// Windows of `size` elements, periodic or symmetric: sums of cosines. Source: ONNX HannWindow-17 and its relatives.
  static let signals: [String: Composition] = [
    "BlackmanWindow": window([0.42, -0.5, 0.08]),
    "HammingWindow": window([25.0 / 46, -21.0 / 46]),
    "HannWindow": window([0.5, -0.5]),
    "MelWeightMatrix": { graph, call in [try graph.melWeights(call)] },
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
      return [try graph.output(TensorValue(numbers), call)]
    }
  }
}

extension GraphImport {
  /// A constant of the type that the attribute `output_datatype` names.
  fileprivate func output(_ value: TensorValue, _ call: OperatorCall) throws -> CompositionValue {
    let label = "\(call.label), attribute 'output_datatype'"
    let code = try call.int("output_datatype", default: ElementType.float32.rawValue)
    let dtype = try ElementType(code: code, of: label).widened(for: label)
    return try self.call(.cast, constant(value), attributes: ["to": .int(dtype.onnxCode)])
  }

  /// Triangles [bin of the spectrum, band]: each band rises from the band before and falls to the next. Bands have
  /// equal distances on the mel scale, 2595 · log₁₀(1 + f / 700). Source: ONNX MelWeightMatrix-17.
  fileprivate func melWeights(_ call: OperatorCall) throws -> CompositionValue {
    let (bands, length, rate) = (
      try knownInteger(0, call) ?? 0, try knownInteger(1, call) ?? 0, try knownInteger(2, call) ?? 0
    )
    let edges = try (3...4).map { try known($0, call).doubles.first ?? 0 }
    guard bands > 0, length > 0, rate > 0, edges[0] > -700, edges[1] > -700 else {
      throw call.error(
        .graph, "\(bands) bands, \(length) samples at a rate of \(rate), from \(edges[0]) to \(edges[1])")
    }
    let count = length / 2 + 1
    _ = try bounded([count, bands], call)
    let mels = edges.map { 2595 * log10(1 + $0 / 700) }
    let bins = (0..<bands + 2).map { band -> Double in
      let mel = mels[0] + Double(band) * (mels[1] - mels[0]) / Double(bands + 2)
      return (Double(length + 1) * 700 * (pow(10, mel / 2595) - 1) / Double(rate)).rounded(.down)
    }
    let weights = (0..<count).flatMap { bin in
      (0..<bands).map { band -> Double in
        let (low, centre, high, place) = (bins[band], bins[band + 1], bins[band + 2], Double(bin))
        if place == centre { return 1 }
        if place > low, place < centre { return (place - low) / (centre - low) }
        return place > centre && place < high ? (high - place) / (high - centre) : 0
      }
    }
    return try output(TensorValue(weights, shape: [count, bands]), call)
  }
}
