import CZlib
import Foundation
import GraphIR

/// NumPy's format of several arrays: a ZIP archive with an `.npy` file for each.
///
/// Arrays are written uncompressed; stored and deflated ones are read, as `numpy.savez` and `savez_compressed` write
/// them. ZIP64, encryption and other compressions are refused. Source: PKWARE's APPNOTE.TXT 6.3.10.
enum NPZ {
  private static let (localSignature, centralSignature, endSignature): (UInt32, UInt32, UInt32) = (
    0x0403_4B50, 0x0201_4B50, 0x0605_4B50
  )
  private static let ending = ".npy"
  /// Deflate stores at most 1032 bytes in one (zlib's "Technical Details").
  private static let greatestCompression = 1032

  static func encoded(_ tensors: [String: TensorValue]) throws -> Data {
    guard tensors.count < Int(UInt16.max) else {
      throw TensorFileError(.unsupported, "\(tensors.count) tensors, expected fewer than 65,535; write .safetensors")
    }
    var (data, directory) = (Data(), Data())
    for (name, value) in tensors.sorted(by: { $0.key < $1.key }) {
      let (content, path) = (NPY.encoded(value), Array((name + ending).utf8))
      let offset = data.count
      guard offset + content.count + directory.count + 1 << 20 < Int(UInt32.max), path.count <= Int(UInt16.max) else {
        throw TensorFileError(.unsupported, "the tensors take 4 GiB or more, or names are too long; write .safetensors")
      }
      var common = Data()
      // Version 2.0, names in UTF-8, stored, and the first date there is: equal tensors have equal bytes.
      for number: UInt16 in [20, 0x0800, 0, 0, 0x0021] { common.append(littleEndian: number) }
      let crc = content.withUnsafeBytes { checksum($0) }
      for number in [crc, UInt32(content.count), UInt32(content.count)] { common.append(littleEndian: number) }
      common.append(littleEndian: UInt16(path.count))
      common.append(littleEndian: UInt16(0))
      data.append(littleEndian: localSignature)
      data.append(common)
      data.append(contentsOf: path)
      data.append(content)
      directory.append(littleEndian: centralSignature)
      directory.append(littleEndian: UInt16(20))
      directory.append(common)
      for number: UInt16 in [0, 0, 0] { directory.append(littleEndian: number) }
      for number in [0, UInt32(offset)] { directory.append(littleEndian: number) }
      directory.append(contentsOf: path)
    }
    let start = data.count
    data.append(directory)
    data.append(littleEndian: endSignature)
    for number in [0, 0, UInt16(tensors.count), UInt16(tensors.count)] { data.append(littleEndian: number) }
    for number in [UInt32(directory.count), UInt32(start)] { data.append(littleEndian: number) }
    data.append(littleEndian: UInt16(0))
    return data
  }

  static func decoded(_ bytes: [UInt8]) throws -> [String: TensorValue] {
    var result: [String: TensorValue] = [:]
    let entries = try entries(of: bytes)
    var end = 0
    for entry in entries.sorted(by: { $0.offset < $1.offset }) {
      do {
        guard entry.name.hasSuffix(ending) else {
          throw TensorFileError(.unsupported, "expected an array of NumPy's (\(ending))")
        }
        let range = try place(of: entry, in: bytes)
        guard entry.offset >= end else { throw TensorFileError(.corrupt, "it overlaps another file of the archive") }
        end = range.upperBound
        let content = try content(of: entry, bytes[range])
        let value = try NPY.decoded(content)
        guard result.updateValue(value, forKey: String(entry.name.dropLast(ending.count))) == nil else {
          throw TensorFileError(.corrupt, "the archive has two files of this name")
        }
      } catch let error as TensorFileError {
        throw error.of("'\(entry.name)'")
      }
    }
    return result
  }

  private struct Entry {
    let name: String
    let path: ArraySlice<UInt8>
    let (flags, method): (UInt16, UInt16)
    let checksum: UInt32
    let (compressed, size, offset): (Int, Int, Int)
  }

  private static let truncated = TensorFileError(
    .corrupt, "the archive's directory is damaged or the file is truncated")

  /// The central directory, which ends right before the end record.
  private static func entries(of bytes: [UInt8]) throws -> [Entry] {
    let candidates = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - Int(UInt16.max)), by: -1)
    let record = candidates.first { offset in
      bytes.littleEndian(UInt32.self, at: offset) == endSignature
        && bytes.littleEndian(UInt16.self, at: offset + 20).map(Int.init) == bytes.count - offset - 22
    }
    guard let record else { throw TensorFileError(.corrupt, "expected a ZIP archive as NumPy writes it, found none") }
    func short(_ offset: Int) throws -> UInt16 {
      guard let number = bytes.littleEndian(UInt16.self, at: offset) else { throw truncated }
      return number
    }
    func long(_ offset: Int) throws -> UInt32 {
      guard let number = bytes.littleEndian(UInt32.self, at: offset) else { throw truncated }
      return number
    }
    let (count, size, start) = (try short(record + 10), try long(record + 12), try long(record + 16))
    guard count != .max, size != .max, start != .max else { throw Self.zip64 }
    guard try short(record + 4) == 0, try short(record + 8) == count, Int(start) + Int(size) == record else {
      throw truncated
    }
    var offset = Int(start)
    let entries = try (0..<count).map { _ -> Entry in
      guard try long(offset) == centralSignature, offset + 46 <= record else { throw truncated }
      let (name, extra, comment) = (
        Int(try short(offset + 28)), Int(try short(offset + 30)), Int(try short(offset + 32))
      )
      let (begin, end) = (offset + 46, offset + 46 + name + extra + comment)
      guard end <= record else { throw truncated }
      let path = bytes[begin..<begin + name]
      let numbers = (try long(offset + 20), try long(offset + 24), try long(offset + 42))
      guard numbers.0 != .max, numbers.1 != .max, numbers.2 != .max else { throw Self.zip64 }
      guard let text = String(validating: path, as: UTF8.self) else {
        throw TensorFileError(.unsupported, "a name in the archive is not UTF-8")
      }
      let entry = Entry(
        name: text, path: path, flags: try short(offset + 8), method: try short(offset + 10),
        checksum: try long(offset + 16), compressed: Int(numbers.0), size: Int(numbers.1), offset: Int(numbers.2))
      offset = end
      return entry
    }
    guard offset == record else { throw truncated }
    return entries
  }

  private static let zip64 = TensorFileError(
    .unsupported, "the archive is a ZIP64 one, for 4 GiB and more, which zoo does not read; use a .safetensors file")

  /// The position of an entry's content. Its sizes in the local header are not read: NumPy leaves them to ZIP64's
  /// fields.
  private static func place(of entry: Entry, in bytes: [UInt8]) throws -> Range<Int> {
    guard bytes.littleEndian(UInt32.self, at: entry.offset) == localSignature,
      let name = bytes.littleEndian(UInt16.self, at: entry.offset + 26).map(Int.init),
      let extra = bytes.littleEndian(UInt16.self, at: entry.offset + 28).map(Int.init)
    else { throw truncated }
    let path = entry.offset + 30
    let start = path + name + extra
    guard start + entry.compressed <= bytes.count, bytes[path..<path + name] == entry.path else { throw truncated }
    return start..<start + entry.compressed
  }

  private static func content(of entry: Entry, _ stored: ArraySlice<UInt8>) throws -> [UInt8] {
    guard entry.flags & 1 == 0 else { throw TensorFileError(.unsupported, "it is encrypted") }
    let content: [UInt8]
    switch entry.method {
    case 0:
      guard entry.size == entry.compressed else { throw truncated }
      content = Array(stored)
    case 8: content = try inflated(Array(stored), size: entry.size)
    default:
      throw TensorFileError(.unsupported, "compression method \(entry.method) is not one that NumPy uses")
    }
    guard content.withUnsafeBytes({ checksum($0) }) == entry.checksum else {
      throw TensorFileError(.corrupt, "its checksum is wrong; copy the file again")
    }
    return content
  }

  private static func inflated(_ stored: [UInt8], size: Int) throws -> [UInt8] {
    guard size <= stored.count * greatestCompression else {
      throw TensorFileError(.corrupt, "\(size) bytes can't come from \(stored.count) compressed ones")
    }
    var (input, stream) = (stored, z_stream())
    // Negative window bits: deflate without zlib's own header.
    guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw TensorFileError(.unreadable, "zlib can't start")
    }
    defer { inflateEnd(&stream) }
    // One byte more than is expected, so that more than that is seen.
    var output = [UInt8](repeating: 0, count: size + 1)
    let status = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
        (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
        return inflate(&stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END, stream.avail_in == 0, stream.avail_out == 1 else {
      throw TensorFileError(.corrupt, "the compressed bytes are damaged; copy the file again")
    }
    return Array(output.dropLast())
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
  }
}
