import GraphIR

/// Positions of extreme elements.
enum SelectionRules {
  /// The first or last index of the extreme along an axis. NaN is more extreme than any number.
  static func position(_ emitter: Emitter, _ call: Call, _ fold: Emitter.Fold) -> Value {
    let x = call.input(0)
    let axis = call.axis(of: x.shape)
    let extreme = emitter.reduce(x, fold, axes: [axis], keepsAxes: true)
    var isExtreme = emitter.compare(x, .equal, extreme)
    if x.dtype.isFloatingPoint { isExtreme = emitter.binary("or", isExtreme, emitter.isNaN(x)) }
    let isLast = call.attributes.flag("select_last_index")
    let positions = emitter.select(
      isExtreme, emitter.iota(x.shape, axis: axis), isLast ? -1 : Double(x.shape[axis]))
    let position = emitter.reduce(positions, isLast ? .maximum : .minimum, axes: [axis])
    return emitter.reshape(position, to: call.outputs[0].shape)
  }

  /// The sorted greatest or smallest elements and their indices; equal ones are in order of their indices. NaN is the
  /// greatest.
  static func topK(_ emitter: Emitter, _ call: Call) -> [Value] {
    let x = call.input(0)
    let axis = call.axis(of: x.shape)
    let isLargest = call.attributes.flag("largest")
    let sorted = emitter.sort([x, emitter.iota(x.shape, axis: axis)], axis: axis) { emitter, elements in
      let (first, second) = isLargest ? (elements[0], elements[1]) : (elements[1], elements[0])
      let isGreater = emitter.compare(first, .greater, second)
      guard x.dtype.isFloatingPoint else { return isGreater }
      let isNumber = emitter.compare(second, .equal, second)
      return emitter.binary("or", isGreater, emitter.binary("and", emitter.isNaN(first), isNumber))
    }
    return sorted.map { emitter.slice($0, axis: axis, from: 0, to: call.outputs[0].shape[axis]) }
  }
}
