import CKernels
import GraphIR

/// The program step by step, each by its separate kernel.
extension FusedProgram {
  /// The results of all steps; nil if one has no kernel.
  func resultsAlone() -> [TensorValue]? {
    var results: [TensorValue] = []
    for step in steps {
      let operands = step.operands.map { operand in
        switch operand {
        case .step(let step): Input(value: results[step], strides: space.strides)
        case .input(let input): inputs[input]
        }
      }
      guard let result = alone(step, operands) else { return nil }
      results.append(result)
    }
    return results
  }

  /// An operand as a whole tensor.
  func whole(_ operand: Operand, _ results: [TensorValue]) -> TensorValue {
    switch operand {
    case .step(let step): results[step]
    case .input(let input): whole(inputs[input])
    }
  }

  private func whole(_ input: Input) -> TensorValue {
    let type = TensorType(input.value.dtype, space)
    let result = TensorValue(uninitialized: type)
    var layout = layout([input.strides, space.strides])
    _ = zk_copy(type.dtype.byteCount, &layout, input.value.storage.pointer, result.storage.pointer)
    return result
  }

  private func layout(_ strides: [[Int]]) -> ZKLayout {
    var layout = ZKLayout()
    precondition(zk_layout_begin(&layout, space.rank, space.dimensions), "too many dimensions")
    for strides in strides { zk_layout_strided(&layout, strides) }
    zk_layout_end(&layout)
    return layout
  }

  private func alone(_ step: Step, _ operands: [Input]) -> TensorValue? {
    let operands =
      switch step.kind {
      case .unary, .cast, .leakyReluGrad: operands.map { Input(value: whole($0), strides: space.strides) }
      case .binary, .compare: varying(operands)
      default: varying(operands.reversed()).reversed() as [Input]
      }
    let result = TensorValue(uninitialized: TensorType(step.result, space))
    var layout = layout(operands.map(\.strides))
    let (type, count, y) = (step.type.kernel, space.elementCount, result.storage.pointer)
    // Kernels get bare pointers: the operands must live until they are done.
    let isRun = withExtendedLifetime(operands) {
      let x = operands.map { UnsafeRawPointer($0.value.storage.pointer) }
      switch step.kind {
      case .unary: return ZKUnary(rawValue: step.function).map { zk_unary($0, type, step.a, step.b, count, x[0], y) }
      case .cast: return zk_cast(type, step.result.kernel, count, x[0], y)
      case .leakyReluGrad: return zk_leaky_relu_grad(type, step.a, count, x[0], x[1], y)
      case .binary: return ZKBinary(rawValue: step.function).map { zk_binary($0, type, &layout, x[0], x[1], y) }
      case .compare: return ZKCompare(rawValue: step.function).map { zk_compare($0, type, &layout, x[0], x[1], y) }
      case .where: return zk_where(step.result.byteCount, &layout, x[0], x[1], x[2], y)
      @unknown default: return nil
      }
    }
    return isRun == true ? result : nil
  }

  /// Operands as kernels with layouts need them: at least one varies along the last dimension, and none has a last
  /// stride above 1.
  private func varying(_ operands: [Input]) -> [Input] {
    let last = space.lastIndex { $0 != 1 }
    var operands = operands.map { input in
      last.map { input.strides[$0] > 1 } ?? false ? Input(value: whole(input), strides: space.strides) : input
    }
    if let last, operands.allSatisfy({ $0.strides[last] == 0 }) {
      operands[0] = Input(value: whole(operands[0]), strides: space.strides)
    }
    return operands
  }
}
