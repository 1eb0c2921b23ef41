import Environments
import FileOutput
import Foundation
import Pictures

/// The recorded states of an episode, drawn on request.
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
  /// The environment.
  public let id: EnvironmentID
  private var states: [(variables: [Double], action: Action?)] = []

  /// Creates a film without a frame.
  /// - Throws: `RenderingError` with code `.unsupportedEnvironment`.
  public init(of environment: some VectorEnvironment) throws(RenderingError) {
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
  /// - Throws: `RenderingError` with code `.unsupportedEnvironment` if the environment doesn't show its variables.
  public mutating func record(
    _ environment: some VectorEnvironment, copy: Int = 0, after action: Action? = nil
  ) throws {
    precondition(environment.id == id.rawValue, "expected a state of \(id.rawValue), found one of \(environment.id)")
    precondition(
      0..<environment.count ~= copy, "\(id.rawValue): expected an index in 0..<\(environment.count), found \(copy)")
    let name = "\(id.rawValue)/variables"
    let arrays = try environment.state.arrays
    guard case .float64(let variables) = arrays[name], variables.count % environment.count == 0 else {
      throw RenderingError(
        .unsupportedEnvironment,
        "\(id.rawValue) can't be drawn: expected a state with float64 values '\(name)' for each of"
          + " \(environment.count) environments, found only: \(arrays.keys.sorted().joined(separator: ", "))")
    }
    let count = variables.count / environment.count
    states.append((Array(variables[copy * count..<(copy + 1) * count]), action))
  }

  /// The number of frames.
  public var count: Int { states.count }

  /// The environment's number of frames per second.
  public var framesPerSecond: Double { id.scene.framesPerSecond }

  /// Draws a frame.
  public subscript(index: Int) -> Picture {
    id.scene.draw(states[index].variables, after: states[index].action).picture
  }

  /// Frames at equal intervals in a grid, including the first and the last.
  /// - Parameters:
  ///   - count: the number of frames, by default 12; all of them if there are fewer.
  ///   - columns: the number of frames in a row, by default 4.
  public func contactSheet(count: Int = 12, columns: Int = 4) -> Picture {
    precondition(count > 0 && self.count > 0, "a contact sheet needs a frame")
    let shown = min(count, self.count)
    let tiles = (0..<shown).map { tile in
      self[shown == 1 ? 0 : (tile * (self.count - 1) + (shown - 1) / 2) / (shown - 1)].reduced(by: 2)
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
