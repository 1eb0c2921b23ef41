import Foundation
import RunStore
import TensorBoardFormat

extension ModelZoo {
  /// Writes a run as an event file of TensorBoard: metrics, pictures, settings, networks, a card, and the distributions
  /// of parameters at each kept checkpoint.
  ///
  /// The run has a folder of its own in `folder`. Writing it again replaces the earlier file.
  ///
  /// - Parameters:
  ///   - logged: the run.
  ///   - folder: the path of the folder; it is created if it is missing.
  /// - Throws: ``ModelZooError`` if the folder can't be written to, has event files of another program, or is that into
  ///   which a training writes the run.
  public func writeTensorBoard(_ logged: LoggedRun, to folder: String) throws -> LogSummary {
    let place = logged.folder(in: folder)
    try checkIsFree(place, logged.run)
    do {
      let file = try logged.newEventFile(in: place)
      try file.append(logged.header())
      let (metrics, pictures) = try logged.history { try file.append($0) }
      let histograms = try logged.histograms { try file.append($0) }
      try file.append([logged.end()])
      try file.publish()
      return LogSummary(folder: place, metrics: metrics, pictures: pictures, histograms: histograms, renamed: [:])
    } catch let error where !(error is StoreError) {
      throw ModelZooError(
        .invalidArgument, "the log '\(place)' can't be written: \(error.systemReason); name another folder")
    }
  }

  /// The log that a training writes; nil if it writes none.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - specification: its settings.
  ///   - step: the step at which training begins.
  func trainingLog(of run: String, _ specification: RunSpecification, from step: Int) throws -> TrainingLog? {
    guard let folder = specification.logs.tensorboard else { return nil }
    return TrainingLog(try LoggedRun(store, store.run(run), through: step), in: folder)
  }

  /// - Throws: ``ModelZooError`` if another program or a training writes event files into a folder.
  private func checkIsFree(_ place: String, _ run: Run) throws {
    func real(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }
    if run.status == .running, let live = try specification(of: run).logs.tensorboard,
      real(live) == real(URL(filePath: place).deletingLastPathComponent().path)
    {
      throw ModelZooError(
        .invalidArgument, "the training of run \(run.id) writes its log '\(place)' itself; name another folder")
    }
    guard let other = (try? EventFile.foreignFiles(in: place))?.first else { return }
    throw ModelZooError(
      .invalidArgument,
      "'\(place)' has '\(other)' of another program, which TensorBoard would mix with the run; name another folder")
  }
}

extension LoggedRun {
  /// The path of the run's folder in a folder of logs.
  func folder(in folder: String) -> String { URL(filePath: folder).appending(path: folderName).path }

  /// Creates a file of events, and its folder if it is missing.
  func newEventFile(in place: String) throws -> EventFile {
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    return try EventFile(in: place, at: Date().timeIntervalSince1970)
  }
}
