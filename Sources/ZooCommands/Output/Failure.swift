import ArgumentParser
import Datasets
import Environments
import FileOutput
import Foundation
import RunStore
import ZooKit

/// Errors as users read them: without the program's types, error codes of libraries and raw control characters.
enum Failure {
  /// Prints the error of a command.
  ///
  /// - Returns: the exit code to end the program with, or the error itself if ArgumentParser prints it.
  static func report(_ error: any Error, in command: any ParsableCommand) -> any Error {
    var message: String
    switch error {
    case let error as ValidationError: message = error.message
    // ArgumentParser prints its other errors itself.
    case _ where String(reflecting: type(of: error)).hasPrefix("ArgumentParser."): return error
    case is DecodingError: message = "the data do not have the expected form"
    case _ where isSystem(error): message = system(error)
    default: message = "\(error)"
    }
    message = message.escaped
    if let advice = advice(after: error, in: command) { message += "; \(advice)" }
    if error is ValidationError { message += "\nUsage: " + RootCommand.usageString(for: type(of: command)) }
    Terminal.error.write("Error: \(message)\n", within: TrainingReport.patienceAfterSignal)
    return error is ValidationError ? ExitCode.validationFailure : ExitCode.failure
  }

  /// The command or option that helps. A command works unchanged when pasted into a shell.
  private static func advice(after error: any Error, in command: any ParsableCommand) -> String? {
    let program = ZooProgram.current.name
    let store = (command as? any StoreCommand)?.options.hint ?? ""
    switch error {
    case let error as StoreError:
      switch error.remedy {
      case nil: return nil
      case .list: return "see the runs: \(program) list runs\(store)"
      case .listGraphs: return "see the graphs: \(program) list graphs\(store)"
      case .listAll: return "see runs and graphs: \(program) list\(store)"
      case .resume(let id, let discardsLater):
        return "continue from it: \(program) resume \(id)\(discardsLater ? " --discard-later" : "")\(store)"
      case .fork(let id): return "delete them with --discard-later, or branch: \(program) fork \(id)\(store)"
      case .shareName(let name, let run):
        let twice = name.escapedLine == name ? ", or give --name \(name.quoted) twice to have two of that name" : ""
        return "continue that run: \(program) resume \(run)\(store)\(twice)"
      case .delete(let run): return "\(program) rm \(run)\(store)"
      case .force: return "--force does that"
      case .verify: return "see what is left: \(program) verify\(store)"
      case .listViews:
        return "see the views: \(program) sql \"SELECT name FROM sqlite_schema WHERE type = 'view'\"\(store)"
      }
    case let error as ModelZooError:
      switch error.remedy {
      case nil: return error.cause.flatMap { advice(after: $0, in: command) }
      case .sample(let reference): return "\(program) sample \(reference.word)\(store)"
      case .evaluate(let reference): return "\(program) eval \(reference.word)\(store)"
      case .fork(let reference, let setting): return "\(program) fork \(reference) --set \(setting.word)\(store)"
      case .allowInexact: return "--allow-inexact does that"
      case .raiseTarget: return "--until N does that"
      case .raiseGoal: return "--set stop.evaluation=RETURN does that"
      case .train: return "'\(program) train' creates one; --store or ZOO_STORE names another"
      }
    case let error as DatasetError where [.notFound, .changed].contains(error.code):
      return "--data PATH names another place"
    case let error as DatasetError where error.code == .brokenPictures: return "--skip-broken does that"
    default: return nil
    }
  }

  /// Prints a mistake in the command line, or help.
  static func exit(with error: any Error) -> Never {
    let code = RootCommand.exitCode(for: error)
    let message = RootCommand.fullMessage(for: error)
    guard !code.isSuccess, !message.isEmpty else { RootCommand.exit(withError: error) }
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapedLine }
    Terminal.error.write(lines.joined(separator: "\n") + "\n", within: TrainingReport.patienceAfterSignal)
    RootCommand.exit(withError: code)
  }

  private static func isSystem(_ error: any Error) -> Bool {
    error is POSIXError || error is CocoaError || type(of: error) == NSError.self
  }

  /// The path that a system's error is about, and its reason.
  private static func system(_ error: any Error) -> String {
    let info = (error as NSError).userInfo
    let path = info[NSFilePathErrorKey] as? String ?? (info[NSURLErrorKey] as? URL)?.path
    return path.map { "'\($0)': \(error.systemReason)" } ?? error.systemReason
  }
}

extension String {
  /// The most characters of a line whose text comes from a store or another program.
  private static let longestLine = 400

  /// The text in one line: control characters are escaped, as `\u{1B}`, and a long text is cut off.
  var escapedLine: String {
    let text = unicodeScalars.prefix(Self.longestLine).reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        text += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text.fitted(to: unicodeScalars.count > Self.longestLine ? Self.longestLine - 1 : Self.longestLine)
  }

  /// The text as ``escapedLine``, followed by the last output lines of a worker, each on its own line.
  var escaped: String {
    guard let heading = range(of: EnvironmentError.outputHeading) else { return escapedLine }
    let lines = self[heading.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    return
      ([String(self[..<heading.lowerBound]).escapedLine + "; the last it printed:"]
      + lines.map { String($0).escapedLine }).joined(separator: "\n")
  }

  /// The text as one word of a shell, quoted if needed.
  var word: String { wholeMatch(of: /[A-Za-z0-9@=._-]+/) == nil ? quoted : self }

  /// The text quoted as one word of a shell.
  var quoted: String {
    let isPlain = !unicodeScalars.contains { $0.properties.generalCategory == .control }
    // Bash, zsh and ksh understand this form, which has no raw control character.
    return isPlain ? "'\(replacing("'", with: "'\\''"))'" : "$'\(shellEscaped)'"
  }

  private var shellEscaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "'", "\\": text += "\\\(scalar)"
      case _ where scalar.properties.generalCategory == .control:
        text += String(scalar).utf8.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
