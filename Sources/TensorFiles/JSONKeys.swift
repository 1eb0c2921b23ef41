import Foundation

/// The keys of objects in a JSON text.
enum JSONKeys {
  /// A key that an object has twice; nil if there is none.
  ///
  /// The text need not be valid: a decoder reports its other errors.
  /// - Throws: ``TensorFileError`` for objects and arrays in more than 64 levels.
  static func duplicate(in text: some Collection<UInt8>) throws -> String? {
    var levels: [Set<String>] = []
    var last: [UInt8]?
    var string: [UInt8]?
    var isEscaped = false
    for byte in text {
      if let open = string {
        if byte == UInt8(ascii: "\""), !isEscaped {
          (last, string) = (open, nil)
        } else {
          string?.append(byte)
          isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): (string, isEscaped) = ([], false)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        guard levels.count < 64 else { throw TensorFileError(.corrupt, "the header is nested too deeply") }
        levels.append([])
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
      case UInt8(ascii: ":"):
        guard let key = last.flatMap(text(of:)), !levels.isEmpty else { continue }
        guard levels[levels.count - 1].insert(key).inserted else { return key }
      default: continue
      }
    }
    return nil
  }

  /// A string without its quotation marks, escapes resolved; nil where it is no JSON.
  private static func text(of string: [UInt8]) -> String? {
    let quoted = [UInt8(ascii: "\"")] + string + [UInt8(ascii: "\"")]
    return try? JSONDecoder().decode(String.self, from: Data(quoted))
  }
}
