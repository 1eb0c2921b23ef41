import Foundation

/// The name of a data set in recipes, and the function that reads it.
///
/// ```swift
/// let source = DatasetSource("moons") { folder in try Moons(folder: folder) }
/// ```
public struct DatasetSource: Sendable {
  /// The name that recipes use.
  public let name: String
  private let read: @Sendable (URL?) throws -> any Dataset

  /// A source.
  ///
  /// - Parameters:
  ///   - name: the name that recipes use.
  ///   - read: reads the part of the data set that models are trained with. Its parameter is the folder that the user
  ///     named, or nil for the usual places.
  public init(_ name: String, read: @escaping @Sendable (_ folder: URL?) throws -> any Dataset) {
    self.name = name
    self.read = read
  }

  /// Reads the part of the data set that models are trained with.
  ///
  /// - Parameter directory: the only folder to read from; nil for the usual ones.
  /// - Throws: `DatasetError` that names the file, what was expected, what was found and what to do.
  public func load(directory: URL? = nil) throws -> any Dataset { try read(directory) }

  /// Fashion-MNIST's 60,000 training images, 1 × 28 × 28.
  public static let fashionMNIST = DatasetSource(FashionMNIST.name) { try FashionMNIST(.train, directory: $0) }
  /// Fashion-MNIST scaled down to 1 × 8 × 8.
  public static let smallFashionMNIST = DatasetSource(SmallFashionMNIST.name) { try SmallFashionMNIST(directory: $0) }
  /// CIFAR-10's 50,000 training images, 3 × 32 × 32.
  public static let cifar10 = DatasetSource(CIFAR10.name) { try CIFAR10(.train, directory: $0) }

  /// CIFAR-100's 50,000 training images, 3 × 32 × 32.
  public static let cifar100 = DatasetSource(CIFAR100.name) { try CIFAR100(directory: $0) }
  /// MNIST's 60,000 training images, 1 × 28 × 28.
  public static let mnist = DatasetSource("mnist") { try IDXDataset.mnist(directory: $0) }

  /// The data sets that the library can read by name.
  public static let standard = [fashionMNIST, smallFashionMNIST, cifar10, cifar100, mnist]
}
