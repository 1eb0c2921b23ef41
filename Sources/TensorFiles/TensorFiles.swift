import FileOutput
import Foundation
import GraphIR

/// Writes tensors by name to a file that other programs read: safetensors or NumPy's NPZ, as the path ends in
/// `.safetensors` or `.npz`.
///
/// ```swift
/// try save(parameters: network.parameters.mapValues(\.value), to: "generator.safetensors")
/// ```
///
/// The file appears whole or not at all. Equal tensors have equal bytes.
///
/// - Parameters:
///   - parameters: the tensors, by name.
///   - metadata: additional text in a safetensors file; NPZ can't hold it.
///   - path: the file.
/// - Throws: `OutputError` where the file can't be written or its name has another ending, ``TensorFileError`` where
///   the format can't hold the tensors.
public func save(
  parameters: [String: TensorValue], metadata: [String: String] = [:], to path: String
) throws {
  let output = try OutputFile(path, endings: TensorFileFormat.allCases.map(\.rawValue))
  do {
    let format = TensorFileFormat(path) ?? .safetensors
    try output.write(format.encoded(parameters, metadata: metadata))
  } catch let error as TensorFileError {
    throw error.of("'\(path)'")
  }
}

/// Reads the tensors of a file that ends in `.safetensors` or `.npz`, by name.
///
/// Numbers of types that zoo lacks are widened, which is exact: 16-bit floats to float32, integers to int64.
///
/// The file is not trusted: sizes, places and checksums that do not fit are errors, and memory grows with the file.
///
/// - Throws: ``TensorFileError`` that names the fault of the file, and the tensor.
public func loadParameters(from path: String) throws -> [String: TensorValue] {
  do {
    guard let format = TensorFileFormat(path) else {
      throw TensorFileError(.unsupported, "expected a file name that ends in .safetensors or .npz")
    }
    let bytes = try contents(of: path)
    return switch format {
    case .safetensors: try Safetensors.decoded(bytes)
    case .npz: try NPZ.decoded(bytes)
    }
  } catch let error as TensorFileError {
    throw error.of("'\(path)'")
  }
}

/// Writes one tensor as an array of NumPy, to a file that ends in `.npy`.
///
/// - Throws: `OutputError` where the file can't be written or its name has another ending.
public func save(tensor: TensorValue, to path: String) throws {
  try OutputFile(path, endings: ["npy"]).write(NPY.encoded(tensor))
}

extension TensorValue {
  /// The tensor as the content of an NPY file.
  public var npyData: Data { NPY.encoded(self) }
}

/// Reads the array of a file that ends in `.npy`. Numbers are widened as by ``loadParameters(from:)``.
///
/// - Throws: ``TensorFileError`` that names the fault of the file.
public func loadTensor(from path: String) throws -> TensorValue {
  do {
    return try NPY.decoded(contents(of: path))
  } catch let error as TensorFileError {
    throw error.of("'\(path)'")
  }
}

/// The bytes of a regular file.
private func contents(of path: String) throws -> [UInt8] {
  do {
    let url = URL(filePath: path).resolvingSymlinksInPath()
    let type = try FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
    guard type == .typeRegular else { throw TensorFileError(.unreadable, "expected a file, found something else") }
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    let size = Int(try file.seekToEnd())
    guard size <= ProcessInfo.processInfo.physicalMemory else {
      throw TensorFileError(.unreadable, "it has \(size) bytes, which is more than the machine's memory")
    }
    try file.seek(toOffset: 0)
    // Read into the result: a copy would double the memory.
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let piece = try file.read(upToCount: min(1 << 20, size - count)), !piece.isEmpty {
        count += piece.copyBytes(to: UnsafeMutableBufferPointer(rebasing: buffer[count...]))
      }
    }
  } catch let error as TensorFileError {
    throw error
  } catch {
    throw TensorFileError(.unreadable, "can't be read: \(error.systemReason)")
  }
}
