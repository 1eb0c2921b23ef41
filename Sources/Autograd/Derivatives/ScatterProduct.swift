import GraphIR

/// The product of all other updates of the same place, for every update of a scatter; 1 for a single update.
///
/// There are no divisions, so derivatives of any order are exact where updates are 0. Updates are sorted by place.
/// Products of neighbours of one place double in length in each of log₂ n steps.
func productsOfOthers(_ call: TapedCall) throws -> Tensor {
  let (data, vectors) = (try call.staticShape(0), try call.staticShape(1))
  let (indices, updates) = (try call.input(1), try call.input(2))
  guard call.op == .scatterND else {
    let axis = data.normalized(axis: call.attributes.int("axis") ?? 0) ?? 0
    return ScatterProduct(places: wrapped(indices, indices.scalar(Double(data[axis]))), axis: axis).others(updates)
  }
  // An index vector becomes the number of the slice that it names.
  let (named, count) = (Shape(data.prefix(vectors[vectors.rank - 1])), vectors.dropLast().reduce(1, *))
  let extents = Tensor(TensorValue(integers: named))
  let numbers = (wrapped(indices, extents) * Tensor(TensorValue(integers: named.strides))).sum([-1])
  let width = data.dropFirst(named.rank).reduce(1, *)
  let places = numbers.reshaped(to: [count, 1]).broadcast(to: [count, width])
  return ScatterProduct(places: places, axis: 0).others(updates.reshaped(to: [count, width]))
    .reshaped(to: updates.shape)
}

/// Indices counted from the front.
private func wrapped(_ indices: Tensor, _ extents: Tensor) -> Tensor {
  (indices .< indices.scalar(0)).select(indices + extents, indices)
}

/// Products of numbers with the same place along an axis.
private struct ScatterProduct {
  private let axis: Int
  private let extent: Int
  /// The places in ascending order, counted from 1.
  private let sorted: Tensor
  /// The source position of each sorted element, and the sorted position of each source element.
  private let order, inverse: Tensor

  init(places: Tensor, axis: Int) {
    self.axis = axis
    extent = places.shape[axis]
    let ascending = places.topk(extent, axis: axis, largest: false)
    sorted = ascending.values + ascending.values.scalar(1)
    order = ascending.indices
    inverse = order.topk(extent, axis: axis, largest: false).indices
  }

  func others(_ numbers: Tensor) -> Tensor {
    guard extent > 0 else { return numbers }
    let ordered = numbers.gatheredElements(order, axis: axis)
    return (products(ordered, step: 1) * products(ordered, step: -1)).gatheredElements(inverse, axis: axis)
  }

  /// The product of the preceding numbers of the same place, for each number. A negative step takes the following ones.
  private func products(_ numbers: Tensor, step: Int) -> Tensor {
    let one = numbers.scalar(1)
    func neighbour(_ values: Tensor, _ distance: Int) -> Tensor {
      // No place is 0: the zeros that are shifted in match none.
      (shifted(sorted, distance) .== sorted).select(shifted(values, distance), one)
    }
    var products = numbers
    var distance = step
    while abs(distance) < extent {
      products = products * neighbour(products, distance)
      distance *= 2
    }
    return neighbour(products, step)
  }

  /// The elements shifted by `distance` along the axis, with zeros in the gaps.
  private func shifted(_ values: Tensor, _ distance: Int) -> Tensor {
    var pads = [Int](repeating: 0, count: values.shape.rank)
    pads[axis] = distance
    return values.padded(before: pads, after: pads.map { -$0 })
  }
}
