import Autograd
import GraphIR
import TestSupport
import Testing

extension OpExample {
  /// The arguments as leaves. Those of differentiable inputs require a gradient.
  var leaves: [Tensor?] {
    inputs.enumerated().map { index, value in
      value.map { Tensor($0, requiresGrad: $0.dtype.isFloatingPoint && !isKnown(index)) }
    }
  }
}

/// A float64 leaf that requires a gradient.
func variable(_ numbers: [Double], _ shape: Shape? = nil) -> Tensor {
  Tensor(TensorValue(numbers, shape: shape ?? [numbers.count]), requiresGrad: true)
}

/// A float64 scalar that requires a gradient.
func variable(_ number: Double) -> Tensor { variable([number], []) }

/// A float64 tensor without a gradient.
func constant(_ numbers: [Double], _ shape: Shape? = nil) -> Tensor {
  Tensor(TensorValue(numbers, shape: shape ?? [numbers.count]))
}

/// Runs `body` and returns the error that it must throw: one of this kind, whose message contains all `parts`.
@discardableResult
func expectError(
  _ code: AutogradError.Code, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> Void
) -> AutogradError? {
  let error = #expect(throws: AutogradError.self, sourceLocation: sourceLocation) { try body() }
  #expect(error?.code == code, sourceLocation: sourceLocation)
  for part in parts {
    #expect(
      error?.description.contains(part) == true, "\(error?.description ?? "") lacks '\(part)'",
      sourceLocation: sourceLocation)
  }
  return error
}
