import ArgumentParser
import FileOutput
import Foundation

/// An error in the words that a user reads: no type of the program's, no code of a library's, no raw control character.
enum Failure {
  /// Prints the error of a command.
  ///
  /// - Returns: the exit code to end the program with, or a request for help as it is.
  static func report(_ error: any Error) -> any Error {
    let message: String
    switch error {
    case let error as ValidationError: message = error.message
    // ArgumentParser prints its other errors itself.
    case _ where String(reflecting: type(of: error)).hasPrefix("ArgumentParser."): return error
    case is DecodingError: message = "the data are not of the form that was expected"
    case _ where isSystem(error): message = system(error)
    default: message = "\(error)"
    }
    Terminal.error.write("Error: \(message.escaped)\n", within: TrainingReport.patienceAfterSignal)
    return error is ValidationError ? ExitCode.validationFailure : ExitCode.failure
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
  /// The most characters of a line that a store or another program may have filled.
  private static let longestLine = 400

  /// The text with control characters other than line feeds written out, as `\u{1B}`, and long lines cut off.
  var escaped: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let text = line.unicodeScalars.prefix(Self.longestLine).reduce(into: "") { text, scalar in
        if scalar.properties.generalCategory == .control {
          text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
      return text.fitted(to: line.unicodeScalars.count > Self.longestLine ? Self.longestLine - 1 : Self.longestLine)
    }.joined(separator: "\n")
  }
}
