import Environments
import FileOutput
import Foundation
import Pictures

/// The recorded states of an episode, drawn on request, or the pictures that a Gymnasium environment draws itself.
///
/// ```swift
/// var film = try Film(of: environment)
/// try environment.reset(seed: 7, into: &step)
/// try film.record(environment)
/// while !step.isOver(0) {
///   let action = policy(step.observations)
///   try environment.step(ActionBatch(action), into: &step)
///   try film.record(environment, after: action)
/// }
/// try film.write(to: URL(filePath: "episode.gif"))
/// ```
///
/// In `AutoresetMode.sameStep` the last state of an episode is lost when the step returns. The other modes keep it.
public struct Film: Sendable {
  private enum Frame {
    case state([Double], after: Action?)
    case picture(Picture)

    var picture: Picture? { if case .picture(let picture) = self { picture } else { nil } }
  }

  /// The greatest width of a Gymnasium environment's pictures. Wider ones are reduced.
  private static let greatestWidth = 400
  /// The greatest number of frames per second of a GIF.
  private static let greatestRate = 50.0

  /// The name of the environment.
  public let environment: String
  /// The environment, if the library draws it.
  private let id: EnvironmentID?
  private var frames: [Frame] = []
  /// The number of frames per second of a Gymnasium environment.
  private var rate: Double?

  /// Whether the library itself draws an environment.
  public static func draws(_ environment: String) -> Bool { EnvironmentID(rawValue: environment) != nil }

  /// Creates a film without a frame.
  /// - Throws: `RenderingError` with code `.unsupportedEnvironment`.
  public init(of environment: some VectorEnvironment) throws(RenderingError) {
    self.environment = environment.id
    guard environment.layer(GymnasiumEnvironment.self) == nil else {
      id = nil
      return
    }
    guard let id = EnvironmentID(rawValue: environment.id) else {
      let known = EnvironmentID.allCases.map(\.rawValue).joined(separator: ", ")
      throw RenderingError(
        .unsupportedEnvironment, "\(environment.id) can't be drawn; the environments that can are: \(known)")
    }
    self.id = id
  }

  /// Appends the current state of one of the environments.
  /// - Parameters:
  ///   - environment: the environment, in any wrappers.
  ///   - copy: the index of the environment.
  ///   - action: the action that led to the state, in the units of the wrapped environment. It is drawn where it shows:
  ///     the torque of Pendulum. `nil`, the default, draws none.
  /// - Throws: `RenderingError` with code `.unsupportedEnvironment` if the environment doesn't show its variables, or
  ///   its pictures differ in size; `EnvironmentError` if a Gymnasium environment draws no picture.
  public mutating func record(
    _ environment: some VectorEnvironment, copy: Int = 0, after action: Action? = nil
  ) throws {
    precondition(
      environment.id == self.environment, "expected a state of \(self.environment), found one of \(environment.id)")
    precondition(
      0..<environment.count ~= copy, "\(environment.id): expected an index in 0..<\(environment.count), found \(copy)")
    guard let id else { return try record(pictureOf: environment, copy: copy) }
    let name = "\(id.rawValue)/variables"
    let arrays = try environment.state.arrays
    guard case .float64(let variables) = arrays[name], variables.count % environment.count == 0 else {
      throw RenderingError(
        .unsupportedEnvironment,
        "\(id.rawValue) can't be drawn: expected a state with float64 values '\(name)' for each of"
          + " \(environment.count) environments, found only: \(arrays.keys.sorted().joined(separator: ", "))")
    }
    let count = variables.count / environment.count
    frames.append(.state(Array(variables[copy * count..<(copy + 1) * count]), after: action))
  }

  private mutating func record(pictureOf environment: some VectorEnvironment, copy: Int) throws {
    guard let drawn = try environment.layer(GymnasiumEnvironment.self)?.rendering(of: copy) else {
      preconditionFailure("\(environment.id) is none of Gymnasium")
    }
    let picture = Picture(width: drawn.width, height: drawn.height, channels: 3, pixels: drawn.pixels)
    let size = (frames.first?.picture).map { (width: $0.width, height: $0.height) }
    let reduced = picture.reduced(toWidth: Self.greatestWidth)
    guard size.map({ $0 == (reduced.width, reduced.height) }) ?? true else {
      throw RenderingError(
        .unsupportedEnvironment,
        "\(environment.id): a picture has \(drawn.width) x \(drawn.height) pixels, expected the size of the first one")
    }
    rate = rate ?? min(drawn.framesPerSecond, Self.greatestRate)
    frames.append(.picture(reduced))
  }

  /// The number of frames.
  public var count: Int { frames.count }

  /// The environment's number of frames per second, at most 50 for one of Gymnasium.
  public var framesPerSecond: Double { id?.scene.framesPerSecond ?? rate ?? Self.greatestRate }

  /// Draws a frame.
  public subscript(index: Int) -> Picture {
    switch frames[index] {
    case .picture(let picture): return picture
    case .state(let variables, let action):
      guard let id else { preconditionFailure("a state without a scene") }
      return id.scene.draw(variables, after: action).picture
    }
  }

  /// Frames at equal intervals in a grid, including the first and the last.
  /// - Parameters:
  ///   - count: the number of frames, by default 12; all of them if there are fewer.
  ///   - columns: the number of frames in a row, by default 4.
  public func contactSheet(count: Int = 12, columns: Int = 4) -> Picture {
    precondition(count > 0 && self.count > 0, "a contact sheet needs a frame")
    let shown = min(count, self.count)
    let tiles = (0..<shown).map { tile in
      let picture = self[shown == 1 ? 0 : (tile * (self.count - 1) + (shown - 1) / 2) / (shown - 1)]
      return id == nil ? picture.reduced(toWidth: Self.greatestWidth / 2) : picture.reduced(by: 2)
    }
    return Picture(tiles: tiles, columns: columns, padding: 4, background: 204)
  }

  /// The film as the content of a GIF file that loops.
  /// - Throws: `RenderingError` with code `.encodingFailed`.
  public func gifData() throws(RenderingError) -> Data {
    precondition(count > 0, "a film needs a frame")
    var writer = GIFWriter(framesPerSecond: framesPerSecond)
    for index in 0..<count {
      writer.append(self[index])
    }
    return try writer.data()
  }

  /// Writes the film to a file whose name ends in `.gif`, or its contact sheet to one that ends in `.png`. The file
  /// appears whole or not at all.
  /// - Throws: `OutputError` if the name has another ending or the file can't be written; as ``data(ending:)``.
  public func write(to url: URL) throws {
    try OutputFile(url, endings: Self.endings).write(data(ending: url.pathExtension))
  }

  /// The file name endings of the supported formats.
  public static let endings = ["gif", "png"]

  /// The bytes of a file with an ending: a film, or a contact sheet for `png`.
  ///
  /// - Parameter ending: of ``endings``; a film for any other.
  /// - Throws: `RenderingError`, or `PictureError` for a contact sheet, with code `.encodingFailed`.
  public func data(ending: String) throws -> Data {
    try ending.lowercased() == "png" ? contactSheet().pngData() : gifData()
  }
}
