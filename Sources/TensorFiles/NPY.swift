import Foundation
import GraphIR

/// NumPy's format of one array: a header that is a literal of Python, and the elements.
///
/// Source: numpy.org, `numpy.lib.format`, versions 1.0 to 3.0.
enum NPY {
  /// The most axes of an array (NumPy 2, `NPY_MAXDIMS`).
  private static let greatestRank = 64
  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  static func encoded(_ value: TensorValue) -> Data {
    let extents = value.shape.map(String.init)
    let shape = extents.count == 1 ? "\(extents[0])," : extents.joined(separator: ", ")
    let name = ElementKind(value.dtype).numpyName ?? ""
    var header = "{'descr': '\(name)', 'fortran_order': False, 'shape': (\(shape)), }"
    // The elements begin at a multiple of 64, as in NumPy.
    header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
    // A header of more than 65,535 bytes would take thousands of axes.
    var data = Data(magic + [1, 0])
    data.append(littleEndian: UInt16(header.utf8.count))
    data.append(contentsOf: header.utf8)
    value.withUnsafeBytes { data.append(contentsOf: $0) }
    return data
  }

  static func decoded(_ bytes: [UInt8]) throws -> TensorValue {
    guard bytes.starts(with: magic), bytes.count > 8, (1...3).contains(bytes[6]) else {
      throw TensorFileError(.corrupt, "expected an array of NumPy's format 1 to 3, found other bytes")
    }
    let sizeBytes = bytes[6] == 1 ? 2 : 4
    let length =
      bytes[6] == 1
      ? bytes.littleEndian(UInt16.self, at: 8).map(Int.init) : bytes.littleEndian(UInt32.self, at: 8).map(Int.init)
    let start = 8 + sizeBytes
    guard let length, length <= 1 << 16, length <= bytes.count - start else {
      throw TensorFileError(.corrupt, "the array's header ends behind the array")
    }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    let pattern = /\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \(([0-9, ]*)\), \}\s*/
    guard let match = header.wholeMatch(of: pattern) else {
      throw TensorFileError(.unsupported, "the array's header is not one that NumPy writes for numbers")
    }
    guard let kind = ElementKind.allCases.first(where: { $0.numpyName == String(match.1) }) else {
      throw TensorFileError(.unsupported, "elements are '\(match.1)', expected little-endian numbers of zoo's types")
    }
    let shape = try match.3.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
      .map { extent in
        guard let number = Int(extent) else {
          throw TensorFileError(.corrupt, "the shape (\(match.3)) is out of range")
        }
        return number
      }
    guard shape.count <= greatestRank else {
      throw TensorFileError(.corrupt, "the array has \(shape.count) axes, expected at most \(greatestRank)")
    }
    let found = bytes.count - start - length
    guard try kind.byteCount(of: shape) == found else {
      throw TensorFileError(.corrupt, "shape \(shape) of '\(match.1)' does not fill \(found) bytes")
    }
    return try bytes.withUnsafeBytes { all in
      let elements = UnsafeRawBufferPointer(rebasing: all[(start + length)...])
      guard match.2 == "True", shape.count > 1 else { return try kind.value(elements, shape: Shape(shape)) }
      return try rowMajor(elements, shape, kind.byteCount).withUnsafeBytes { try kind.value($0, shape: Shape(shape)) }
    }
  }

  /// The elements of an array whose first axis is the innermost one, in row-major order.
  private static func rowMajor(_ elements: UnsafeRawBufferPointer, _ shape: [Int], _ size: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(elements.count)
    let strides = shape.indices.map { shape[..<$0].reduce(size, *) }
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<elements.count / size {
      let offset = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
      result += elements[offset..<offset + size]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return result
  }
}
