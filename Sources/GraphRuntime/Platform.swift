import CKernels
import Foundation

/// The facts that determine bits, besides programs, values and the number of threads: versions, processor and
/// instruction set.
///
/// ```swift
/// let platform = Platform(zoo: "0.2.1")
/// print(platform.differences(from: recorded))
/// ```
public struct Platform: Hashable, Sendable {
  /// The facts by name.
  public let facts: [String: String]

  /// The platform that this process runs on.
  ///
  /// - Parameters:
  ///   - version: the version of zoo: its programs, passes and kernels.
  ///   - more: further facts, as a device has them.
  public init(zoo version: String, _ more: [String: String] = [:]) {
    let own = [
      "zoo": version, "SLEEF": Self.text(zk_sleef_version), "C library": Self.text(zk_libc_version),
      "processor": Self.processorModel,
    ]
    facts = own.merging(more) { $1 }
  }

  /// A sentence for each fact that differs. Facts that only one of the two knows are skipped.
  public func differences(from recorded: Platform) -> [String] {
    facts.sorted { $0.key < $1.key }.compactMap { name, value in
      recorded.facts[name].flatMap { $0 == value ? nil : "\(name) was \($0), now it is \(value)" }
    }
  }

  private static func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Void) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { bytes in
      write(bytes.baseAddress, bytes.count)
      return bytes.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  /// The first processor as described by the system: name, family, model and stepping, if known.
  private static let processorModel: String = {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    var fields: [String: String] = [:]
    for line in info.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, fields[parts[0]] == nil { fields[parts[0]] = parts[1] }
    }
    let numbers = ["cpu family", "model", "stepping", "CPU implementer", "CPU part", "CPU revision"].compactMap { key in
      fields[key].map { "\(key) \($0)" }
    }
    return ([fields["model name"]].compactMap { $0 } + numbers).joined(separator: ", ")
  }()
}

extension Platform: Codable {
  /// Reads an object of strings.
  public init(from decoder: any Decoder) throws {
    facts = try decoder.singleValueContainer().decode([String: String].self)
  }

  /// Writes an object of strings.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(facts)
  }

  /// The object as JSON, with sorted keys.
  ///
  /// - Throws: `EncodingError`, which strings do not cause.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
