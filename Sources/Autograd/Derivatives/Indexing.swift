import GraphIR

/// Reading elements and adding elements are adjoint. Derivatives of any order need no further operators.
func gatherDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let shape = try call.staticShape(0)
  return gatherAdjoint(
    g, try call.input(1), axis: shape.normalized(axis: call.attributes.int("axis") ?? 0) ?? 0, to: shape)
}

/// Zeros of `shape`, with each slice of `g` added to the slice that `indices` name along `axis`.
func gatherAdjoint(_ g: Tensor, _ indices: Tensor, axis: Int, to shape: Shape) -> Tensor {
  let vectors = indices.reshaped(to: Shape(indices.shape.dimensions + [1]))
  guard axis > 0 else { return .zeros(shape, dtype: g.dtype).scatteredND(vectors, g, .add) }
  // ScatterND indexes the leading axes.
  let named = axis..<(axis + indices.shape.rank)
  let rows = g.transposed(axes: named + Array(0..<axis) + Array(named.upperBound..<g.shape.rank))
  let front: Shape = Shape([shape[axis]] + shape.prefix(axis) + shape.dropFirst(axis + 1))
  let sums = Tensor.zeros(front, dtype: g.dtype).scatteredND(vectors, rows, .add)
  return sums.transposed(axes: Array(1...axis) + [0] + Array((axis + 1)..<shape.rank))
}

func gatherElementsDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let axis = call.attributes.int("axis") ?? 0
  return .zeros(try call.staticShape(0), dtype: g.dtype).scatteredElements(try call.input(1), g, axis: axis, .add)
}

/// The gradient of each selected element, at the position of the element.
func topKDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let axis = call.attributes.int("axis") ?? -1
  return .zeros(try call.staticShape(0), dtype: g.dtype).scatteredElements(call.output(1), g, axis: axis, .none)
}

func gatherNDDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let batch = call.attributes.int("batch_dims") ?? 0
  var indices = try call.input(1)
  if batch > 0 {
    // ScatterND has no batch dimensions. Index vectors also name the place in the batch.
    let rows = Shape(try call.staticShape(1).dropLast())
    let places = Tensor(
      TensorValue(
        integers: rows.prefix(batch).reduce([[]]) { places, extent in
          places.flatMap { place in (0..<extent).map { place + [$0] } }
        }.joined()
      ).reshaped(to: Shape(rows.prefix(batch) + rows.dropFirst(batch).map { _ in 1 } + [batch])))
    indices = concatenated([places.broadcast(to: Shape(rows + [batch])), indices], axis: -1)
  }
  return .zeros(try call.staticShape(0), dtype: g.dtype).scatteredND(indices, g, .add)
}

/// The derivatives of ScatterElements and ScatterND, by reduction. The conventions are PyTorch's:
/// - Without a reduction, every update gets the gradient of its target element. If several updates have one index, all
///   of them get it, but only the last one takes effect. ONNX excludes this case.
/// - Equal maxima and minima share the gradient evenly.
func scatterDerivatives(_ call: TapedCall, _ g: Tensor) throws -> [Derivative?] {
  let (data, indices, updates) = (try call.input(0), try call.input(1), try call.input(2))
  let axis = call.op == .scatterElements ? call.attributes.int("axis") ?? 0 : nil
  func put(_ updates: Tensor, to data: Tensor, _ reduction: ScatterReduction) -> Tensor {
    axis.map { data.scatteredElements(indices, updates, axis: $0, reduction) }
      ?? data.scatteredND(indices, updates, reduction)
  }
  func read(_ data: Tensor) -> Tensor {
    axis.map { data.gatheredElements(indices, axis: $0) } ?? data.gatheredND(indices)
  }
  func zeros(_ index: Int) throws -> Tensor { .zeros(try call.staticShape(index), dtype: g.dtype) }

  switch ScatterReduction(call.attributes) {
  case .none: return [{ put(try zeros(2), to: g, .none) }, nil, { read(g) }]
  case .add: return [{ g }, nil, { read(g) }]
  case .mul:
    return [
      { put(updates, to: try zeros(0) + 1, .mul) * g }, nil,
      { try read(g * data) * productsOfOthers(call) },
    ]
  case .max, .min:
    func share() throws -> (isData: Tensor, isUpdate: Tensor, share: Tensor) {
      let y = call.output()
      let (isData, isUpdate) = ((data .== y).cast(to: g.dtype), (updates .== read(y)).cast(to: g.dtype))
      return (isData, isUpdate, g / put(isUpdate, to: isData, .add))
    }
    return [
      {
        let (isData, _, share) = try share()
        return isData * share
      }, nil,
      {
        let (_, isUpdate, share) = try share()
        return isUpdate * read(share)
      },
    ]
  }
}
