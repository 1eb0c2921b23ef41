import GraphIR
import TestSupport

extension SplitMix64 {
  /// Normalisation from a random axis, mostly with parameters of a row's shape.
  mutating func normalizationOfAxes(_ op: Op, _ dtype: DataType) -> Call {
    let shape = shape(rank: 1...4)
    let axis = Int.random(in: 0..<shape.rank, using: &self)
    let count = op == .layerNormalization && chance(0.7) ? 2 : 1
    let parameters = (0..<count).map { _ in
      value(dtype, chance(0.9) ? Shape(shape[axis...]) : narrowed(shape), special: false)
    }
    return Call(
      op: op, inputs: [value(dtype, shape, special: false)] + parameters,
      attributes: ["axis": .int(chance(0.5) ? axis : axis - shape.rank), "epsilon": .float(chance(0.5) ? 0.8 : 1e-3)],
      outputCount: op == .layerNormalization ? pick([1, 2, 3]) : 1)
  }

  /// Normalisation of groups of channels, or of each channel.
  mutating func normalizationOfChannels(_ op: Op, _ dtype: DataType) -> Call {
    let (groups, size) = (pick([1, 2, 3, 8]), pick([1, 2, 5]))
    let channels = groups * size
    let spatial = pick([[5], [4, 3], [0], [1, 1, 65], [300, 40]] + (op == .groupNormalization ? [[]] : []))
    let shape = Shape([pick([0, 1, 2, 7]), channels] + spatial)
    var attributes: Attributes = ["epsilon": .float(chance(0.5) ? 0.8 : 1e-3)]
    if op == .groupNormalization {
      attributes["num_groups"] = .int(groups)
      attributes["stash_type"] = .int(pick([1, 11]))
    }
    return Call(
      op: op, inputs: [shape, [channels], [channels]].map { value(dtype, $0, special: false) }, attributes: attributes)
  }
}
