extension GymnasiumEnvironment {
  /// A picture of an environment, as its `render` draws it.
  public struct Rendering: Sendable {
    /// The width in pixels.
    public let width: Int
    /// The height in pixels.
    public let height: Int
    /// The bytes, shape [height, width, 3]: red, green and blue.
    public let pixels: [UInt8]
    /// The environment's number of frames per second, above 0.
    public let framesPerSecond: Double
  }

  /// Draws the present state of an environment. It must have been created with the argument `render_mode` and the value
  /// `rgb_array`.
  /// - Parameter copy: the index of the environment.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the environment draws no picture, `.worker` if it has
  ///   failed.
  public func rendering(of copy: Int) throws(EnvironmentError) -> Rendering {
    precondition(0..<count ~= copy, "\(id): expected an index in 0..<\(count), found \(copy)")
    let result = try workers.ask(.render, ofEnvironment: copy)
    let header = MemoryLayout<Double>.size + 2 * MemoryLayout<UInt64>.size
    var (rate, extents): ([Double], [UInt64]) = ([0], [0, 0])
    guard result.count > header else { throw workers.fail("the environment's worker sent no picture") }
    var reader = ByteReader(result)
    reader.read(into: &rate, at: 0..<1)
    reader.read(into: &extents, at: 0..<2)
    let size = extents[0].multipliedReportingOverflow(by: extents[1])
    guard !size.overflow, size.partialValue <= UInt64(Int32.max), result.count - header == 3 * Int(size.partialValue)
    else { throw workers.fail("the environment's worker sent a picture of another size") }
    return Rendering(
      width: Int(extents[1]), height: Int(extents[0]), pixels: Array(result[header...]), framesPerSecond: rate[0])
  }
}
