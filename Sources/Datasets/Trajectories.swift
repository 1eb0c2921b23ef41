import FileOutput
import Foundation

/// The observations and actions of a policy in an environment, step by step: a CSV file.
///
///     episode,observation0,observation1,observation2,action0
///     0,-0.9939,0.1096,0.4135,-2
///
/// Actions are in the environment's units. `zoo eval RUN --record FILE` writes such files.
public struct Trajectories: Sendable, Equatable {
  /// The number of values in an observation.
  public let observationWidth: Int
  /// The number of values in an action.
  public let actionWidth: Int
  /// The episode number of each step.
  public let episodes: [Int]
  /// Observation and action of each step, concatenated rows.
  public let rows: [Float]

  /// The number of steps.
  public var count: Int { episodes.count }

  /// Trajectories from their parts, `rows` with as many rows as there are `episodes`.
  public init(observationWidth: Int, actionWidth: Int, episodes: [Int], rows: [Float]) {
    precondition(
      rows.count == episodes.count * (observationWidth + actionWidth),
      "expected \(observationWidth + actionWidth) values for each of \(episodes.count) steps, found \(rows.count)")
    self.observationWidth = observationWidth
    self.actionWidth = actionWidth
    self.episodes = episodes
    self.rows = rows
  }

  /// Reads the text of a file.
  ///
  /// - Parameters:
  ///   - text: the file in CSV, with a header line.
  ///   - source: the name of the text in messages.
  /// - Throws: `DatasetError` with code `.corrupt` that names the line.
  public init(csv text: String, source: String) throws(DatasetError) {
    func corrupt(_ line: Int, _ message: String) -> DatasetError {
      DatasetError(code: .corrupt, message: "\(source), line \(line): \(message)")
    }
    let lines = text.split(whereSeparator: \.isNewline)
    let names = lines.first?.split(separator: ",").map(String.init) ?? []
    let observationWidth = names.count { $0.hasPrefix("observation") }
    let actionWidth = names.count { $0.hasPrefix("action") }
    guard observationWidth > 0, actionWidth > 0, names == Self.header(observationWidth, actionWidth) else {
      throw corrupt(1, "expected the names 'episode,observation0,…,action0,…', found '\(lines.first ?? "")'")
    }
    var episodes: [Int] = []
    var rows: [Float] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == names.count, let episode = Int(fields[0]) else {
        throw corrupt(index + 1, "expected the number of an episode and \(names.count - 1) numbers, found '\(line)'")
      }
      episodes.append(episode)
      for field in fields.dropFirst() {
        guard let number = Float(field), number.isFinite else {
          throw corrupt(index + 1, "expected finite numbers, found '\(field)'")
        }
        rows.append(number)
      }
    }
    guard !episodes.isEmpty else { throw corrupt(1, "there are no steps; record some") }
    self.init(observationWidth: observationWidth, actionWidth: actionWidth, episodes: episodes, rows: rows)
  }

  /// The text of a file. ``init(csv:source:)`` reads equal trajectories from it.
  public var csv: String {
    let width = observationWidth + actionWidth
    let lines = episodes.enumerated().map { index, episode in
      ([String(episode)] + rows[index * width..<(index + 1) * width].map { "\($0)" }).joined(separator: ",")
    }
    let header = Self.header(observationWidth, actionWidth).joined(separator: ",")
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  /// Writes a file. The file appears whole or not at all.
  ///
  /// - Throws: `DatasetError` with code `.unwritable`.
  public func write(to url: URL) throws(DatasetError) {
    do throws(OutputError) {
      let output = try OutputFile(url)
      try output.write(Data(csv.utf8))
    } catch {
      throw DatasetError(code: .unwritable, message: error.message)
    }
  }

  private static func header(_ observationWidth: Int, _ actionWidth: Int) -> [String] {
    ["episode"] + (0..<observationWidth).map { "observation\($0)" } + (0..<actionWidth).map { "action\($0)" }
  }
}
