import Foundation
import GraphIR
import TensorFiles

/// The arrays of one file by name, and of NPY files beside it.
struct Arrays {
  private let file: URL
  private let tensors: [String: TensorValue]

  init(_ file: URL) throws(DatasetError) {
    self.file = file
    tensors = try Self.read(file)
  }

  /// The tensors of a file. The one of an NPY file has an empty name.
  private static func read(_ file: URL) throws(DatasetError) -> [String: TensorValue] {
    do {
      let isArray = file.pathExtension.lowercased() == "npy"
      return isArray ? ["": try loadTensor(from: file.path)] : try loadParameters(from: file.path)
    } catch let error as TensorFileError {
      throw DatasetError(code: .unreadable, message: error.description)
    } catch {
      throw DatasetError(code: .unreadable, message: "'\(file.path)' can't be read", cause: error)
    }
  }

  /// The array of a name, or the only one.
  func array(_ name: String?, except others: [String?]) throws(DatasetError) -> TensorValue {
    let candidates = tensors.filter { !others.contains($0.key) }
    if let value = name.flatMap({ tensors[$0] })
      ?? (name == nil && candidates.count == 1 ? candidates.first?.value : nil)
    {
      return value
    }
    let known = tensors.keys.sorted().joined(separator: ", ")
    throw error(
      .unexpectedShape,
      name.map { "there is no array '\($0)', only \(known)" } ?? "name one of its arrays, array: NAME: \(known)")
  }

  /// An array of the file, or that of an NPY file beside it, with an entry for each of `count` samples.
  private func column(_ name: String, count: Int) throws(DatasetError) -> TensorValue {
    var value = tensors[name]
    if value == nil, name.hasSuffix(".npy") {
      value = try Self.read(URL(filePath: name, relativeTo: file.deletingLastPathComponent()))[""]
    }
    guard let value else { return try array(name, except: []) }
    guard value.shape.first == count else {
      throw error(.unexpectedShape, "'\(name)' is \(value.shape), expected an entry for each of \(count) samples")
    }
    return value
  }

  /// Class labels: whole numbers of at least 0.
  func labels(_ name: String, count: Int) throws(DatasetError) -> ClassLabels {
    let value = try column(name, count: count)
    guard value.shape.rank == 1 || value.count == count, !value.dtype.isFloatingPoint else {
      throw error(.unexpectedShape, "the labels '\(name)' are \(value.type), expected one whole number for each sample")
    }
    let rows = value.doubles.map { Int($0) }
    guard let most = rows.max(), rows.allSatisfy({ $0 >= 0 }), most < 1 << 20 else {
      throw error(.corrupt, "the labels '\(name)' are \(rows.min() ?? 0) to \(rows.max() ?? 0), expected 0 and above")
    }
    return ClassLabels(names: (0...most).map(String.init), rows: rows)
  }

  /// Targets of a regression.
  func targets(_ name: String, count: Int) throws(DatasetError) -> DatasetTargets {
    let value = try column(name, count: count)
    let values = value.floats
    guard values.allSatisfy(\.isFinite) else {
      throw error(.corrupt, "the targets '\(name)' have numbers that are not finite")
    }
    return DatasetTargets(shape: value.shape.rank == 1 ? [1] : Array(value.shape.dropFirst()), values: values)
  }

  /// An error about the file.
  func error(_ code: DatasetError.Code, _ message: String) -> DatasetError {
    DatasetError(code: code, message: "'\(file.path)': \(message)")
  }
}

extension TensorValue {
  /// The elements as float32, rounded to the nearest.
  var floats: [Float] {
    if dtype == .float32 { return elements() }
    return doubles.map(Float.init)
  }
}
