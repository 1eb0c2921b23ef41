/// Some rows of a data set, such as those for training or for validation.
public struct DatasetPart: Dataset {
  /// The name of the whole.
  public var name: String { whole.name }
  /// The number of rows.
  public var count: Int { rows.count }
  /// The shape of a sample.
  public var sampleShape: [Int] { whole.sampleShape }
  /// The fingerprint of the whole.
  public var fingerprint: DatasetFingerprint { whole.fingerprint }
  /// The classes of the rows.
  public let labels: ClassLabels?
  /// The targets of the rows.
  public let targets: DatasetTargets?
  /// The scaling of the whole.
  public var scaling: Scaling? { whole.scaling }
  /// The remarks about the whole.
  public var remarks: [String] { whole.remarks }
  private let whole: any Dataset
  private let rows: [Int]

  /// The part with some rows of `whole`.
  public init(_ whole: any Dataset, rows: [Int]) {
    self.whole = whole
    self.rows = rows
    labels = whole.labels.map { labels in ClassLabels(names: labels.names, rows: rows.map { labels.rows[$0] }) }
    targets = whole.targets.map { targets in
      let size = targets.shape.reduce(1, *)
      return DatasetTargets(
        shape: targets.shape, values: rows.flatMap { targets.values[$0 * size..<($0 + 1) * size] })
    }
  }

  /// Writes samples of the whole.
  public func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    whole.fill(rows.map { self.rows[$0] }, into: buffer)
  }

  /// Divides a data set at random into a part for training and one for validation.
  ///
  /// - Parameters:
  ///   - whole: the data set.
  ///   - share: the share of rows for validation, rounded down, at least 0 and below 1.
  ///   - seed: the seed of the order; equal seeds give equal parts.
  public static func split(_ whole: any Dataset, validation share: Double, seed: UInt64 = 0) -> (
    training: any Dataset, validation: (any Dataset)?
  ) {
    precondition((0..<1).contains(share), "expected a share of at least 0 and below 1, found \(share)")
    let count = Int(Double(whole.count) * share)
    guard count > 0 else { return (whole, nil) }
    let order = Shuffle.permutation(count: whole.count, key: seed, epoch: 0)
    return (
      DatasetPart(whole, rows: order[count...].sorted()), DatasetPart(whole, rows: order[..<count].sorted())
    )
  }
}
