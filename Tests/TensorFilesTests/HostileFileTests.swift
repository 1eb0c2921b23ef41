import Foundation
import GraphIR
import TensorFiles
import Testing

/// Malicious or damaged files: each is refused with a message, and none makes the reader take memory beyond the size of
/// the file.
@Suite struct HostileFileTests {
  private func entry(_ name: String, _ dtype: String, _ shape: String, _ offsets: String) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  private func refused(_ entries: String..., elements: Int = 8, message: String) {
    let header = "{" + entries.joined(separator: ",") + "}"
    expectRefused(safetensors(header, [UInt8](repeating: 0, count: elements)), "safetensors", .corrupt, message)
  }

  @Test func lengthsOfHeaders() {
    expectRefused([], "safetensors", .corrupt, "0 bytes")
    expectRefused([1, 2, 3], "safetensors", .corrupt, "3 bytes")
    expectRefused(safetensors("{}", length: 3), "safetensors", .corrupt, "the header has 3 bytes, expected at most 2")
    expectRefused([UInt8](repeating: 0xFF, count: 8), "safetensors", .corrupt, "expected at most 0")
    expectRefused(safetensors("{}", length: .max), "safetensors")
    expectRefused(safetensors("", length: 0), "safetensors", .corrupt, "not that of a safetensors file")
  }

  @Test(arguments: [
    "[]", "{", "null", "nonsense", "{\"x\":1}", "{\"x\":{}}", "{\"x\":{\"dtype\":\"F32\",\"shape\":[1]}}",
    "{\"x\":{\"dtype\":4,\"shape\":[1],\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":[1e30],\"data_offsets\":[0,4]}}",
    "{\"x\":{\"dtype\":\"F32\",\"shape\":\"1\",\"data_offsets\":[0,4]}}", "{\"__metadata__\":{\"a\":1}}",
    "\u{FEFF}{}", "{\"x\u{0}\":{}}",
  ])
  func headersThatAreNone(header: String) {
    expectRefused(safetensors(header), "safetensors", .corrupt, "not that of a safetensors file")
  }

  @Test func nesting() {
    expectRefused(safetensors(String(repeating: "[", count: 200_000)), "safetensors", .corrupt, "nested too deeply")
    expectRefused(
      safetensors(String(repeating: "{\"a\":", count: 200_000)), "safetensors", .corrupt, "nested too deeply")
  }

  @Test func shapesAndOffsets() {
    refused(entry("x", "F32", "[2]", "[0,9]"), message: "data_offsets are [0, 9]")
    refused(entry("x", "F32", "[2]", "[8,0]"), message: "data_offsets are [8, 0]")
    refused(entry("x", "F32", "[2]", "[-8,0]"), message: "data_offsets are [-8, 0]")
    refused(entry("x", "F32", "[2]", "[0,4,8]"), message: "data_offsets are [0, 4, 8]")
    refused(entry("x", "F32", "[2]", "[0,9223372036854775807]"), message: "expected two from 0 to 8")
    refused(entry("x", "F32", "[1]", "[0,8]"), message: "shape [1] of F32 does not fill 8 bytes")
    refused(entry("x", "F32", "[-2]", "[0,8]"), message: "shape [-2] is out of range")
    refused(entry("x", "F32", "[4611686018427387904,4,2]", "[0,8]"), message: "is out of range")
    refused(entry("x", "F32", "[0,4611686018427387904,4]", "[0,0]"), message: "is out of range")
    refused(entry("x", "BOOL", "[8]", "[0,8]"), elements: 9, message: "end at 8, expected 9")
  }

  @Test func overlapsGapsAndBytesOfNobody() {
    refused(entry("x", "F32", "[1]", "[0,4]"), entry("y", "F32", "[1]", "[2,6]"), message: "overlaps another")
    refused(entry("x", "F32", "[2]", "[0,8]"), entry("y", "F32", "[2]", "[0,8]"), message: "overlaps another")
    refused(entry("x", "BOOL", "[4]", "[0,4]"), entry("y", "BOOL", "[2]", "[6,8]"), message: "has a gap before it")
    refused(entry("x", "F32", "[1]", "[4,8]"), message: "has a gap before it")
    refused(entry("x", "F32", "[1]", "[0,4]"), message: "the tensors end at 4, expected 8")
    refused("", elements: 8, message: "the tensors end at 0, expected 8")
  }

  @Test func namesTwice() {
    let (first, second) = (entry("x", "F32", "[1]", "[0,4]"), entry("x", "F32", "[1]", "[4,8]"))
    refused(first, second, message: "the key 'x' twice")
    refused(first, #""\u0078":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#, message: "the key 'x' twice")
    refused(#""x":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,8]}"#, message: "the key 'dtype' twice")
    refused(#""__metadata__":{"a":"1","a":"2"}"#, elements: 0, message: "the key 'a' twice")
    refused(entry("é", "F32", "[1]", "[0,4]"), entry("e\u{301}", "F32", "[1]", "[4,8]"), message: "twice")
  }

  @Test func elements() {
    let bool = safetensors("{" + entry("x", "BOOL", "[2]", "[0,2]") + "}", [1, 2])
    expectRefused(bool, "safetensors", .corrupt, "tensor 'x'", "0 and 1")
    let eight = safetensors("{" + entry("x", "F8_E4M3", "[2]", "[0,2]") + "}", [1, 2])
    expectRefused(eight, "safetensors", .unsupported, "tensor 'x'", "F8_E4M3")
  }

  /// Flips every byte of a small file in turn, and cuts it off at every length: only an error or a result may follow.
  @Test(arguments: TensorFilesTests.endings)
  func damagedFiles(ending: String) throws {
    let whole = try saved(["w": ramp(.float32, [2]), "b": ramp(.bool, [3])], ending)
    for length in 0..<whole.count {
      #expect(throws: TensorFileError.self) { try load(Array(whole[..<length]), ending) }
    }
    for place in whole.indices {
      for mask: UInt8 in [0x01, 0x80] {
        var bytes = whole
        bytes[place] ^= mask
        do { _ = try load(bytes, ending) } catch { #expect(error is TensorFileError, "byte \(place)") }
      }
    }
    expectRefused(whole + [0], ending)
  }

  @Test func fileWithAHole() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "hole.safetensors").path
      try Data().write(to: URL(filePath: path))
      #expect(truncate(path, 1 << 42) == 0)
      let error = #expect(throws: TensorFileError.self) { try loadParameters(from: path) }
      #expect(error?.message.contains("more than the machine's memory") == true)
    }
  }

  @Test func axesOfAnArray() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "axes.npy").path
      for (rank, isRead) in [(64, true), (65, false)] {
        let shape = Shape([Int](repeating: 1, count: rank))
        try save(tensor: ramp(.float32, shape), to: path)
        if isRead {
          #expect(try loadTensor(from: path).shape == shape)
        } else {
          #expect(throws: TensorFileError.self) { try loadTensor(from: path) }
        }
      }
    }
  }

  /// An archive with one of zoo's arrays, and the position of its central directory.
  private func archive() throws -> (bytes: [UInt8], directory: Int) {
    let bytes = try saved(["w": ramp(.float32, [2])], "npz")
    return (bytes, bytes.count - 22 - 46 - "w.npy".utf8.count)
  }

  @Test func archives() throws {
    let (bytes, directory) = try archive()
    func changed(_ changes: [(Int, [UInt8])]) -> [UInt8] {
      var result = bytes
      for (place, new) in changes { result.replaceSubrange(place..<place + new.count, with: new) }
      return result
    }
    let end = bytes.count - 22
    expectRefused(changed([(directory + 20, [255, 255, 255, 255])]), "npz", .unsupported, "ZIP64")
    expectRefused(changed([(end + 10, [255, 255])]), "npz", .unsupported, "ZIP64")
    expectRefused(changed([(directory + 8, [1])]), "npz", .unsupported, "'w.npy'", "encrypted")
    expectRefused(changed([(directory + 10, [12])]), "npz", .unsupported, "'w.npy'", "method 12")
    expectRefused(changed([(directory + 16, [0])]), "npz", .corrupt, "'w.npy'", "checksum")
    expectRefused(changed([(directory + 10, [8])]), "npz", .corrupt, "'w.npy'", "compressed bytes are damaged")
    expectRefused(
      changed([(directory + 10, [8]), (directory + 24, [0, 0, 0, 127])]), "npz", .corrupt, "can't come from")
    expectRefused(changed([(directory + 46, [0x7A])]), "npz", .corrupt, "'z.npy'")
    expectRefused(
      changed([(directory + 46 + 4, [0x7A]), (30 + 4, [0x7A])]), "npz", .unsupported, "'w.npz'", ".npy")
    expectRefused(changed([(directory + 46, [0xFF])]), "npz", .unsupported, "UTF-8")
    expectRefused(changed([(directory + 42, [1])]), "npz", .corrupt)
    // A second entry for the same position: the bytes of one file serve as another.
    var twice = bytes
    twice.insert(contentsOf: bytes[directory..<end], at: end)
    let length = UInt8(2 * (end - directory))
    twice.replaceSubrange(twice.count - 14..<twice.count - 10, with: [2, 0, 2, 0])
    twice.replaceSubrange(twice.count - 10..<twice.count - 6, with: [length, 0, 0, 0])
    expectRefused(twice, "npz", .corrupt, "overlaps")
  }

  /// An archive with an array whose header is replaced by another one of the same length.
  private func array(_ change: (String) -> String) throws -> [UInt8] {
    var (bytes, directory) = try archive()
    let start = 30 + "w.npy".utf8.count
    let header = String(decoding: bytes[start + 10..<start + 128], as: UTF8.self)
    let new = change(header).padding(toLength: header.utf8.count, withPad: " ", startingAt: 0)
    bytes.replaceSubrange(start + 10..<start + 128, with: Array(new.utf8))
    let crc = crc32(bytes[start..<directory])
    for place in [14, directory + 16] {
      bytes.replaceSubrange(place..<place + 4, with: withUnsafeBytes(of: crc.littleEndian) { Array($0) })
    }
    return bytes
  }

  /// The checksum of ZIP archives, in full. Source: ISO 3309.
  private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
  }

  @Test func arrays() throws {
    func replacing(_ old: String, _ new: String) throws -> [UInt8] {
      try array { $0.replacingOccurrences(of: old, with: new) }
    }
    #expect(try load(array { $0 }, "npz") == ["w": ramp(.float32, [2])])
    expectRefused(try replacing("<f4", ">f4"), "npz", .unsupported, "'w.npy'", "'>f4'", "little-endian")
    expectRefused(try replacing("<f4", "|O"), "npz", .unsupported, "'|O'")
    expectRefused(try replacing("(2,)", "(3,)"), "npz", .corrupt, "shape [3]")
    expectRefused(try replacing("(2,)", "(99999999999999999999,)"), "npz", .corrupt, "out of range")
    expectRefused(try replacing("(2,)", "(4611686018427387904, 4)"), "npz", .corrupt, "out of range")
    expectRefused(try replacing("(2,)", "(-2,)"), "npz", .unsupported, "header")
    expectRefused(try replacing("False", "None"), "npz", .unsupported, "header")
    expectRefused(try replacing("{", "__import__('os')"), "npz", .unsupported, "header")
  }
}
