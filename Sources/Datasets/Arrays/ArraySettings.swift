/// The settings of samples in a file of arrays.
public struct ArraySettings: Sendable, Hashable, Codable {
  /// The bounds of the data in their original scale.
  public enum Range: Sendable, Hashable, Codable {
    /// The least and the greatest number of the data.
    case data
    /// Given bounds. The second is greater.
    case bounds(Double, Double)
  }

  /// The name of the array in an NPZ or safetensors file; nil for the only one.
  public var array: String?
  /// The labels: the name of an array in the file, or the path of an NPY file beside it; nil for none.
  public var labels: String?
  /// The targets of a regression, as ``labels``; nil for none.
  public var targets: String?
  /// The bounds that are mapped to [-1, 1]; nil, the default, for numbers as they are.
  public var range: Range?
  /// Whether each channel gets mean 0 and standard deviation 1, by default not.
  public var standardise = false
  /// The number of steps of a sample of a series; nil if each row of the array is a sample.
  public var window: Int?
  /// The steps from one window to the next.
  public var stride = 1

  /// One array without labels, numbers as they are.
  public init() {}
}
