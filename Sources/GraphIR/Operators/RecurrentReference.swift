import Foundation

/// The reference kernel of the recurrent operators. It evaluates the equations of ONNX's documentation for one
/// direction and one sequence at a time.
struct RecurrentReference {
  let call: RecurrentCall
  private let context: EvaluationContext
  private let x, w, r, b: [Double]

  init(_ call: RecurrentCall, _ context: EvaluationContext) {
    self.call = call
    self.context = context
    (x, w, r) = (context.input(0).doubles, context.input(1).doubles, context.input(2).doubles)
    b =
      context.optional(3)?.doubles
      ?? [Double](repeating: 0, count: call.directions * 2 * call.kind.gates * call.hiddenSize)
  }

  /// The position of a step, and the previous state.
  struct Step {
    let direction, step, sample: Int
    let hidden, cell: [Double]
  }

  /// Returns Y, Y_h and, if there is a cell, Y_c; `advance` returns the state after a step.
  func run(_ advance: (Step) -> (hidden: [Double], cell: [Double])) -> [TensorValue] {
    let size = call.hiddenSize
    let lengths = context.optional(4)?.integers
    let (initialHidden, initialCell) = (
      context.optional(5)?.doubles, call.kind.hasCell ? context.optional(6)?.doubles : nil
    )
    var y = [Double](repeating: 0, count: call.outputShape.elementCount)
    var hidden = [Double](repeating: 0, count: call.stateShape.elementCount)
    var cell = hidden
    for direction in 0..<call.directions {
      for sample in 0..<call.batch {
        let place = call.isBatchFirst ? sample * call.directions + direction : direction * call.batch + sample
        let members = place * size..<(place + 1) * size
        var state = (
          hidden: initialHidden.map { Array($0[members]) } ?? [Double](repeating: 0, count: size),
          cell: initialCell.map { Array($0[members]) } ?? [Double](repeating: 0, count: size)
        )
        let steps = (0..<call.steps).filter { $0 < lengths?[sample] ?? call.steps }
        for step in call.isReversed[direction] ? steps.reversed() : steps {
          state = advance(
            Step(direction: direction, step: step, sample: sample, hidden: state.hidden, cell: state.cell))
          let row =
            call.isBatchFirst
            ? (sample * call.steps + step) * call.directions + direction
            : (step * call.directions + direction) * call.batch + sample
          y.replaceSubrange(row * size..<(row + 1) * size, with: state.hidden)
        }
        hidden.replaceSubrange(members, with: state.hidden)
        if call.kind.hasCell { cell.replaceSubrange(members, with: state.cell) }
      }
    }
    return zip([y, hidden, cell], context.outputs).map { numbers, type in
      Elementwise.convert(TensorValue(numbers, shape: type.shape), to: type.dtype)
    }
  }

  /// Returns Xt·Wᵀ + Wb of one gate.
  func input(_ gate: Int, _ at: Step) -> [Double] {
    let row = call.isBatchFirst ? at.sample * call.steps + at.step : at.step * call.batch + at.sample
    return product(w, call.inputSize, gate, at, Array(x[row * call.inputSize..<(row + 1) * call.inputSize]), bias: gate)
  }

  /// Returns H·Rᵀ + Rb of one gate.
  func recurrence(_ gate: Int, _ at: Step, _ hidden: [Double]) -> [Double] {
    product(r, call.hiddenSize, gate, at, hidden, bias: call.kind.gates + gate)
  }

  /// Returns peepholes 0 (input), 1 (output) or 2 (forget); nil if there are none.
  func peepholes(_ index: Int, _ at: Step) -> [Double]? {
    context.optional(7).map { p in
      let start = (at.direction * 3 + index) * call.hiddenSize
      return Array(p.doubles[start..<start + call.hiddenSize])
    }
  }

  private func product(
    _ matrix: [Double], _ columns: Int, _ gate: Int, _ at: Step, _ vector: [Double], bias: Int
  ) -> [Double] {
    (0..<call.hiddenSize).map { unit in
      let row = (at.direction * call.kind.gates + gate) * call.hiddenSize + unit
      let start = b[(at.direction * 2 * call.kind.gates + bias) * call.hiddenSize + unit]
      return (0..<columns).reduce(start) { $0 + matrix[row * columns + $1] * vector[$1] }
    }
  }

  /// Returns activation `index` of a direction for clipped values.
  func activate(_ index: Int, _ at: Step, _ numbers: [Double]) -> [Double] {
    let function = call.activations[at.direction][index]
    return numbers.map { number in
      function.value(call.clip.map { Swift.min(Swift.max(number, -$0), $0) } ?? number)
    }
  }

  /// Returns an activation without clipping.
  func activateUnclipped(_ index: Int, _ at: Step, _ numbers: [Double]) -> [Double] {
    numbers.map(call.activations[at.direction][index].value)
  }
}

extension RecurrentActivation {
  /// Returns the value of the function.
  func value(_ x: Double) -> Double {
    switch self {
    case .relu: Swift.max(x, 0)
    case .tanh: Foundation.tanh(x)
    case .sigmoid: 1 / (1 + Foundation.exp(-x))
    case .softsign: x / (1 + Swift.abs(x))
    case .softplus: Swift.max(x, 0) + log1p(Foundation.exp(-Swift.abs(x)))
    case .affine(let alpha, let beta): alpha * x + beta
    case .scaledTanh(let alpha, let beta): alpha * Foundation.tanh(beta * x)
    case .hardSigmoid(let alpha, let beta): Swift.min(Swift.max(alpha * x + beta, 0), 1)
    case .leakyRelu(let alpha): x < 0 ? Double(alpha) * x : x
    case .thresholdedRelu(let alpha): x > alpha ? x : 0
    case .elu(let alpha): x < 0 ? alpha * (Foundation.exp(x) - 1) : x
    }
  }
}
