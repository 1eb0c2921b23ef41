import Foundation

/// The identity of a process among all earlier and later ones, on this machine and others.
public struct ProcessIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The machine's name.
  public var host: String
  /// The id of the machine's boot: process numbers restart with each boot.
  public var boot: String
  /// The namespace of process numbers; containers have their own.
  public var namespace: String
  /// The process number.
  public var pid: Int32
  /// The start time, in clock ticks since the boot: process numbers are reused.
  public var started: Int64

  /// A process.
  public init(host: String, boot: String, namespace: String, pid: Int32, started: Int64) {
    self.host = host
    self.boot = boot
    self.namespace = namespace
    self.pid = pid
    self.started = started
  }

  /// The process `pid` of this machine; nil if there is none.
  public init?(pid: Int32) {
    guard let status = ProcessStatus(pid: pid) else { return nil }
    func line(_ path: String) -> String {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    self.init(
      host: line("/proc/sys/kernel/hostname"), boot: line("/proc/sys/kernel/random/boot_id"),
      namespace: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "",
      pid: pid, started: status.started)
  }

  /// This process.
  public static let current: ProcessIdentity = {
    guard let identity = ProcessIdentity(pid: getpid()) else {
      preconditionFailure("/proc/\(getpid())/stat can't be read: claims of runs need Linux's /proc")
    }
    return identity
  }()

  /// The status of a process as seen from this process.
  public enum Liveness: Sendable {
    /// It runs.
    case alive
    /// It has ended.
    case dead
    /// It is or was on another machine or in another container.
    case unknown
  }

  /// Whether the process still runs.
  public var liveness: Liveness {
    let current = Self.current
    guard boot == current.boot else { return host == current.host ? .dead : .unknown }
    guard namespace == current.namespace else { return .unknown }
    guard let status = ProcessStatus(pid: pid), !status.hasEnded, status.started == started else { return .dead }
    return .alive
  }

  /// For example `process 4711 on shed`.
  public var description: String { "process \(pid) on \(host.excerpt())" }
}
