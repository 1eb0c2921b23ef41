import Foundation
import GRDB

// Each module has an error struct of this shape. The type names the module that failed, and its codes are closed.

/// An error of a zoo's file, of a request, or of the machine.
public struct StoreError: Error, CustomStringConvertible, Sendable {
  /// The kind of failure.
  public enum Code: String, Sendable, CaseIterable {
    /// The file is not an SQLite database.
    case notADatabase
    /// The file is an SQLite database of another program. It was not changed.
    case foreignFile
    /// A newer version wrote the file.
    case newerVersion
    /// The file must be migrated. Opening it read-only does not do that.
    case olderVersion
    /// There is no such file, or no folder to put it in.
    case missingFile
    /// A file exists at the path of a new one.
    case fileExists
    /// A text that is not the path of a file.
    case invalidPath
    /// The file, its folder or the connection can't be written to.
    case readOnly
    /// The disk is full. The transaction was rolled back.
    case diskFull
    /// Another connection kept the file locked for longer than the timeout.
    case busy
    /// Data in the file differ from the written data.
    case corrupt
    /// A tensor's bytes do not have their stored digest.
    case corruptTensor
    /// No run has this id, prefix or name, and no graph has the name if one would do.
    case unknownRun
    /// No graph has this name.
    case unknownGraph
    /// A graph that breaks the rules of graphs, or whose parameters have no fitting values.
    case invalidGraph
    /// Several runs have this prefix or name.
    case ambiguousReference
    /// A run has no such checkpoint.
    case noCheckpoint
    /// A checkpoint has no tensor of that name.
    case noTensor
    /// A run has no graph of that role.
    case noGraph
    /// Another process trains the run.
    case claimed
    /// No process that can be reached trains the run.
    case notRunning
    /// The claim was released, or another process took the run over.
    case claimLost
    /// A checkpoint or a metric does not follow the previous ones.
    case outOfOrder
    /// Another run or graph has the name.
    case nameTaken
    /// Resuming from an earlier checkpoint would delete later ones.
    case wouldDiscard
    /// A name or a reference that the store can't store or read.
    case invalidName
    /// A query that is not one statement which only reads, or that SQLite can't run.
    case invalidQuery
    /// Any other failure that SQLite reports.
    case database
  }

  /// The kind of failure.
  public let code: Code
  /// The message: thing, expected, found, what to do.
  public let message: String
  /// The error behind this one.
  public let cause: (any Error)?
  /// The remedy, if this module knows one. The message does not name a program's option or command for it.
  public let remedy: Remedy?

  /// A remedy for an error.
  public enum Remedy: Sendable, Hashable {
    /// To list the runs.
    case list
    /// To list the graphs.
    case listGraphs
    /// To list the runs and the graphs.
    case listAll
    /// To continue from a checkpoint; later ones are deleted if needed.
    case resume(CheckpointID, discardsLater: Bool)
    /// To start a run from a checkpoint, or to continue from it without the later ones.
    case fork(CheckpointID)
    /// To continue the run that has the name, or to share the name with it.
    case shareName(String, of: String)
    /// To delete a run.
    case delete(String)
    /// To take a run over from its process by force.
    case force
    /// To check which data of the file are intact.
    case verify
    /// To list the views and their columns.
    case listViews
  }

  /// The largest number of characters in a message. Messages quote foreign files, whose texts may be of any length.
  private static let limit = 300

  /// An error. Its message is reduced to one line without control characters.
  public init(_ code: Code, _ message: String, remedy: Remedy? = nil, cause: (any Error)? = nil) {
    self.code = code
    self.message = message.excerpt(Self.limit)
    self.cause = cause
    self.remedy = remedy
  }

  /// The message, and the cause behind it.
  public var description: String { cause.map { "\(message): \($0)".excerpt(Self.limit) } ?? message }
}

extension StoreError {
  /// SQLite's report about the file at `path`, in terms of this module.
  package init(_ error: DatabaseError, path: String) {
    switch error.resultCode {
    case .SQLITE_NOTADB: self.init(.notADatabase, "'\(path)' is not an SQLite database")
    case .SQLITE_CORRUPT:
      self.init(.corrupt, "'\(path)' is damaged; restore it from a copy", remedy: .verify)
    case .SQLITE_FULL:
      self.init(.diskFull, "the disk of '\(path)' is full; nothing was lost, free space and resume the run")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "'\(path)' is locked by another program; try again when it is done")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      self.init(.readOnly, "'\(path)' can't be written: check the permissions of the file and of its folder")
    case .SQLITE_IOERR:
      self.init(
        .database,
        "'\(path)' can't be read or written: its disk reports an error (SQLite's \(error.extendedResultCode.rawValue))")
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG:
      self.init(
        .corrupt, "'\(path)' holds a value that does not fit its place: \(error.message?.excerpt(120) ?? "no details")")
    default:
      let code = error.extendedResultCode.rawValue
      self.init(.database, "SQLite failed on '\(path)': \(error.message?.excerpt(120) ?? "no details") (code \(code))")
    }
  }
}
