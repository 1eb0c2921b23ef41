import Foundation

/// The data sets that recipes can name.
public enum Dataset: String, CaseIterable, Sendable {
  /// `FashionMNIST`.
  case fashionMNIST = "fashion-mnist"
  /// `SmallFashionMNIST`.
  case smallFashionMNIST = "fashion-mnist-8x8"
  /// `CIFAR10`.
  case cifar10 = "cifar-10"

  /// Looks a data set up by the name that recipes use.
  /// - Throws: `DatasetError` with code `.unknownDataset`, which lists the known names.
  public init(named name: String) throws(DatasetError) {
    guard let dataset = Self(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw DatasetError(
        code: .unknownDataset, message: "there is no data set '\(name)'; the known ones are: \(known)")
    }
    self = dataset
  }

  /// Reads the part of the data set for training.
  /// - Parameter directory: the folder to read from; without it the usual folders are searched.
  /// - Throws: `DatasetError` that names the file, expected, found and what to do.
  public func load(directory: URL? = nil) throws(DatasetError) -> any ImageDataset {
    switch self {
    case .fashionMNIST: try FashionMNIST(.train, directory: directory)
    case .smallFashionMNIST: try SmallFashionMNIST(directory: directory)
    case .cifar10: try CIFAR10(.train, directory: directory)
    }
  }
}
