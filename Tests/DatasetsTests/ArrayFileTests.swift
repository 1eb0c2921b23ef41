import Datasets
import Foundation
import GraphIR
import TensorFiles
import Testing

/// Files of arrays as data sets.
@Suite struct ArrayFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ name: String, _ arrays: [String: TensorValue]) throws -> URL {
    let url = folder.url.appending(path: name)
    if let array = arrays[""] {
      try save(tensor: array, to: url.path)
    } else {
      try save(parameters: arrays, to: url.path)
    }
    return url
  }

  @Test(arguments: ["a.npy", "a.npz", "a.safetensors"]) func rowsAreSamples(_ name: String) throws {
    let array = TensorValue((0..<24).map { Float($0) / 24 }, shape: [4, 2, 3])
    let data = try ArrayFile(file(name, [name == "a.npy" ? "" : "x": array]))
    #expect(data.count == 4 && data.sampleShape == [2, 3] && data.labels == nil && data.scaling == nil)
    let expected: [Float] = (Array(12..<18) + Array(0..<6)).map { Float($0) / 24 }
    #expect(data.samples([2, 0]) == expected)
    #expect(data.remarks.isEmpty)
  }

  @Test func arraysAreNamed() throws {
    let url = try file(
      "b.npz",
      [
        "x": TensorValue([Float](repeating: 1, count: 6), shape: [3, 2]), "y": TensorValue([0, 2, 1] as [Int64]),
        "t": TensorValue([1.5, 2.5, 3.5] as [Double]),
      ])
    let unnamed = #expect(throws: DatasetError.self) { try ArrayFile(url) }
    #expect(unnamed?.message.contains("name one of its arrays, array: NAME: t, x, y") == true)
    var settings = ArraySettings()
    (settings.labels, settings.targets) = ("y", "t")
    let data = try ArrayFile(url, settings)
    #expect(data.labels == ClassLabels(names: ["0", "1", "2"], rows: [0, 2, 1]))
    #expect(data.targets == DatasetTargets(shape: [1], values: [1.5, 2.5, 3.5]))
    settings.array = "z"
    let missing = #expect(throws: DatasetError.self) { try ArrayFile(url, settings) }
    #expect(missing?.code == .unexpectedShape && missing?.message.contains("no array 'z'") == true)
  }

  @Test func labelsInAFileOfTheirOwn() throws {
    let url = try file("c.npy", ["": TensorValue([Float](repeating: 1, count: 4), shape: [2, 2])])
    _ = try file("l.npy", ["": TensorValue([1, 0] as [Int64])])
    _ = try file("long.npy", ["": TensorValue([1, 0, 1] as [Int64])])
    _ = try file("float.npy", ["": TensorValue([1, 0] as [Float])])
    _ = try file("negative.npy", ["": TensorValue([1, -1] as [Int64])])
    var settings = ArraySettings()
    settings.labels = "l.npy"
    #expect(try ArrayFile(url, settings).labels?.rows == [1, 0])
    for (name, part) in [
      ("long.npy", "an entry for each of 2 samples"), ("float.npy", "expected one whole number for each sample"),
      ("negative.npy", "expected 0 and above"), ("none.npy", "none.npy"),
    ] {
      settings.labels = name
      let error = #expect(throws: DatasetError.self) { try ArrayFile(url, settings) }
      #expect(error?.description.contains(part) == true, "\(name): \(error?.description ?? "")")
    }
  }

  @Test func numbersAreScaledAndBack() throws {
    let url = try file("d.npy", ["": TensorValue([0, 10, 20, 30, 40, 50] as [Float], shape: [3, 2])])
    var settings = ArraySettings()
    #expect(try ArrayFile(url).remarks.first?.contains("reach 50.0") == true)
    settings.range = .bounds(0, 100)
    let given = try ArrayFile(url, settings)
    #expect(given.samples(0..<3) == [-1, -0.8, -0.6, -0.4, -0.2, 0])
    #expect(given.scaling == Scaling(factors: [50], offsets: [50]) && given.remarks.isEmpty)
    settings.range = .data
    #expect(try ArrayFile(url, settings).samples([0, 2]) == [-1, -0.6, 0.6, 1])
    settings.range = nil
    settings.standardise = true
    let standard = try ArrayFile(url, settings)
    // Each column has the standard deviation √(800 / 3), and the means 20 and 30.
    let deviation = (800.0 / 3).squareRoot()
    #expect(standard.scaling == Scaling(factors: [deviation, deviation], offsets: [20, 30]))
    let expected: [Float] = [-20, -20, 0, 0, 20, 20].map { Float($0 / deviation) }
    #expect(standard.samples([0, 1, 2]) == expected)
  }

  @Test func windowsOfASeries() throws {
    let series = TensorValue((0..<10).flatMap { [Float($0), Float(100 + $0)] }, shape: [10, 2])
    let url = try file("e.npy", ["": series])
    var settings = ArraySettings()
    (settings.window, settings.stride) = (4, 3)
    let data = try ArrayFile(url, settings)
    #expect(data.count == 3 && data.sampleShape == [2, 4])
    #expect(data.samples([2, 0]) == [6, 7, 8, 9, 106, 107, 108, 109, 0, 1, 2, 3, 100, 101, 102, 103])
    settings.standardise = true
    // Both channels are 0 to 9 apart from their means 4.5 and 104.5; the variance of 0...9 is 8.25.
    let scaled = try ArrayFile(url, settings)
    let deviation = (8.25 as Double).squareRoot()
    #expect(scaled.scaling == Scaling(factors: [deviation, deviation], offsets: [4.5, 104.5]))
    let expected: [Float] = [-1.5, -0.5, 0.5, 1.5, -1.5, -0.5, 0.5, 1.5].map { Float($0 / deviation) }
    #expect(scaled.samples([1]) == expected)
    settings.window = 11
    let error = #expect(throws: DatasetError.self) { try ArrayFile(url, settings) }
    #expect(error?.message.contains("at least 11 steps") == true)
  }

  @Test func wrongArraysAreErrors() throws {
    let cases: [(String, TensorValue, String)] = [
      ("nan.npy", TensorValue([1, .nan, 3, .infinity] as [Float], shape: [2, 2]), "2 numbers are NaN or infinite"),
      ("scalar.npy", TensorValue([1] as [Float], shape: []), "expected [samples, …]"),
      ("empty.npy", TensorValue([] as [Float], shape: [0, 3]), "at least one of each"),
      ("flat.npy", TensorValue([] as [Float], shape: [3, 0]), "at least one of each"),
    ]
    for (name, array, part) in cases {
      let url = try file(name, ["": array])
      let error = #expect(throws: DatasetError.self) { try ArrayFile(url) }
      #expect(error?.message.contains(part) == true, "\(name): \(error?.description ?? "")")
    }
    let equal = try file("equal.npy", ["": TensorValue([2, 2] as [Float])])
    var settings = ArraySettings()
    settings.range = .data
    #expect(throws: DatasetError.self) { try ArrayFile(equal, settings) }
  }

  @Test(arguments: [
    ("'>f4'", "little-endian"), ("'|O'", "'|O'"), ("'<c8'", "'<c8'"), ("[('a', '<f4')]", "not one that NumPy writes"),
  ])
  func foreignElementsAreErrors(_ type: String, _ part: String) throws {
    var header = "{'descr': \(type), 'fortran_order': False, 'shape': (1,), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + [0, 0, 0, 0]
    let url = folder.url.appending(path: "f.npy")
    try Data(bytes).write(to: url)
    let error = #expect(throws: DatasetError.self) { try ArrayFile(url) }
    #expect(error?.code == .unreadable && error?.message.contains(part) == true, "\(error?.description ?? "")")
  }
}
