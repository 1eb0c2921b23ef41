/// A value under a tag, in the form of one of TensorBoard's plugins.
///
/// Scalars are single-precision numbers, the only form that all readers of TensorBoard show. The others are tensors, as
/// TensorFlow 2 writes them.
public struct LogValue: Sendable {
  /// The kinds of values.
  public enum Content: Sendable {
    /// A number, a point of a curve. It is rounded to single precision.
    case scalar(Double)
    /// Text in Markdown.
    case text(String)
    /// A PNG file.
    case picture(width: Int, height: Int, png: [UInt8])
    /// A distribution.
    case histogram(Histogram)
    /// The settings of a run, which the plugin `hparams` compares, and its start in seconds since 1970.
    case settings([(name: String, value: Setting)], started: Double)
    /// The state of a run for the plugin `hparams`, and its end in seconds since 1970.
    case end(Status, at: Double)
  }

  /// The value of a setting.
  public enum Setting: Hashable, Sendable {
    /// A number.
    case number(Double)
    /// A text.
    case text(String)
    /// True or false.
    case flag(Bool)
  }

  /// The state of a run.
  public enum Status: Sendable, CaseIterable {
    /// It reached its target.
    case done
    /// It failed.
    case failed
    /// It is trained, or interrupted.
    case running
  }

  /// The name; slashes group names.
  public var tag: String
  /// The value.
  public var content: Content

  /// A value. Those of `hparams` have a tag of their own.
  public init(_ tag: String, _ content: Content) {
    self.tag = tag
    self.content = content
  }
}
