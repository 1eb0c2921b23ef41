import GraphIR

/// For every update of a scatter, the product of all other updates of its place; 1 where it is the only one.
///
/// Nothing is divided by, so that derivatives of any order are exact where updates are 0. Updates are sorted by place, and
/// products of neighbours of one place grow to twice their length in each of log₂ n steps.
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

/// Products of numbers that have one place along an axis.
private struct ScatterProduct {
  private let axis: Int
  private let extent: Int
  /// The places in ascending order, counted from 1.
  private let sorted: Tensor
  /// Where each sorted one comes from, and where each went.
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

  /// The product of the numbers of the same place that are before each one, or with a negative step behind it.
  private func products(_ numbers: Tensor, step: Int) -> Tensor {
    let one = numbers.scalar(1)
    func neighbour(_ values: Tensor, _ distance: Int) -> Tensor {
      // No place is 0, so that what is shifted in belongs to none.
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

  /// The elements moved `distance` places along the axis, and zeros.
  private func shifted(_ values: Tensor, _ distance: Int) -> Tensor {
    var pads = [Int](repeating: 0, count: values.shape.rank)
    pads[axis] = distance
    return values.padded(before: pads, after: pads.map { -$0 })
  }
}
