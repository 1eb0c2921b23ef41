import Datasets
import GenerativeMetrics
import GraphIR

extension SampleMatrix {
  /// Some samples of a data set, drawn without replacement; all if there are not more.
  ///
  /// - Parameters:
  ///   - count: the number of samples.
  ///   - data: the data set.
  ///   - seed: the seed of the draws.
  init(drawing count: Int, from data: any Dataset, seed: UInt64) {
    var stream = RandomStream(seed: seed, name: "references")
    let rows = count < data.count ? stream.subset(count, of: data.count).sorted() : Array(0..<data.count)
    self.init(data.samples(rows), width: data.sampleSize)
  }

  /// Samples of a generator: those that ``ModelZoo/sample(_:network:count:seed:labels:)`` draws, in batches.
  ///
  /// - Parameters:
  ///   - count: the number of samples.
  ///   - generator: the network in inference mode.
  ///   - parameters: the value of each of its parameters.
  ///   - classes: the number of classes, which take turns; nil for a network without labels.
  ///   - seed: the seed of the noise.
  ///   - threads: the number of threads; nil for all processors.
  ///   - isStopped: whether to stop; by default never.
  /// - Throws: ``ModelZooError`` if the noise has more than 2³¹ values; `CancellationError` if it is stopped; the
  ///   plan's errors.
  init(
    drawing count: Int, from generator: Graph, _ parameters: [String: TensorValue], classes: Int?, seed: UInt64,
    threads: Int?, isStopped: () -> Bool = { false }
  ) throws {
    let shape = Array(generator.inputs[0].type.shape.dropFirst())
    let size = shape.reduce(1, *)
    guard count <= (1 << 31) / max(size, 1) else {
      throw ModelZooError(
        .invalidArgument,
        "\(count) samples need noise of \(size) values each, expected at most 2³¹ together; take fewer samples")
    }
    var stream = RandomStream(seed: seed, name: "sample")
    let noise = SampleMatrix(stream.normal(count * size), width: size)
    let labels = generator.inputs.count == 2 ? classes.map { classes in (0..<count).map { $0 % classes } } : nil
    self = try BatchedNetwork(generator, parameters, sample: shape, threads: threads).outputs(
      for: noise, labels: labels, isStopped: isStopped)
  }
}
