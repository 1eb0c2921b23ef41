import FileOutput
import Foundation
import GraphIR
import TensorFiles
import Testing

@Suite struct TensorFilesTests {
  private static let python = ProcessInfo.processInfo.environment["ZOO_PYTHON"]
  static let endings = ["safetensors", "npz"]

  @Test(arguments: endings)
  func whatIsWrittenIsRead(ending: String) throws {
    let tensors = samples()
    let bytes = try saved(tensors, ending)
    #expect(try load(bytes, ending) == tensors)
    #expect(try saved(tensors, ending) == bytes, "equal tensors give equal bytes")
    #expect(try load(saved([:], ending), ending) == [:])
    #expect(try load(bytes, ending.uppercased()) == tensors)
  }

  private func runPython(_ step: String, _ folder: URL) throws -> String {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../CrossChecks/tensor_files.py")
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.python))
    process.arguments = [script.path, step, folder.path]
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(output)")
    return output
  }

  @Test(.enabled(if: python != nil, "ZOO_PYTHON names no Python with numpy and safetensors"))
  func pythonReadsWhatZooWrites() throws {
    try withTemporaryFolder { folder in
      try save(
        parameters: samples(), metadata: ["größe": "\"1\"\n"], to: folder.appending(path: "zoo.safetensors").path)
      try save(parameters: samples(), to: folder.appending(path: "zoo.npz").path)
      let output = try runPython("read", folder)
      #expect(output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 2 * 20, "\(output)")
    }
  }

  @Test(
    .enabled(if: python != nil, "ZOO_PYTHON names no Python with numpy and safetensors"),
    arguments: ["python.safetensors", "numpy.npz", "compressed.npz"])
  func zooReadsWhatPythonWrites(file: String) throws {
    let found = try withTemporaryFolder { folder in
      _ = try runPython("write", folder)
      return try loadParameters(from: folder.appending(path: file).path)
    }
    var expected: [String: TensorValue] = [:]
    for (name, shape) in shapes {
      for type in DataType.allCases { expected["\(type.rawValue)/\(name)"] = ramp(type, shape) }
      expected["float16/\(name)"] = ramp(.float32, shape)
      for type in ["int8", "int16", "int32"] { expected["\(type)/\(name)"] = ramp(.int64, shape) }
      let places = (0..<shape.elementCount).map { Int64($0) }
      for type in ["uint8", "uint16", "uint32"] { expected["\(type)/\(name)"] = TensorValue(places, shape: shape) }
    }
    if file.hasSuffix("npz") { expected["transposed"] = ramp(.float32, [3, 2, 4]) }
    var special = try #require(found["größe 'x'\""]).elements(as: Float.self)
    #expect(special.popLast()?.isNaN == true)
    // 6·10⁻⁸ and −6·10⁻⁵ as the nearest float16s, the first of them subnormal.
    #expect(special == [0, 0, 1, -2, 65504, 0x1p-24, -1007 * 0x1p-24, .infinity, -.infinity])
    #expect(special[1].sign == .minus)
    #expect(found.filter { $0.key != "größe 'x'\"" } == expected)
  }

  @Test func bfloat16IsWidened() throws {
    let header = #"{"x":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}"#
    let bytes = safetensors(header, [0x80, 0x3F, 0x20, 0xC0])
    #expect(try load(bytes, "safetensors") == ["x": TensorValue([Float(1), -2.5])])
  }

  @Test(arguments: ["weights.txt", "weights", "weights.npy"])
  func otherEndingsAreRefused(name: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: name).path
      let error = #expect(throws: OutputError.self) { try save(parameters: [:], to: path) }
      #expect(error?.code == .wrongEnding)
      let reading = #expect(throws: TensorFileError.self) { try loadParameters(from: path) }
      #expect(reading?.code == .unsupported && reading?.message.contains(".safetensors or .npz") == true)
    }
  }

  @Test func whatIsNoFileIsRefused() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appending(path: "missing.npz").path
      let error = #expect(throws: TensorFileError.self) { try loadParameters(from: missing) }
      #expect(error?.code == .unreadable && error?.message.contains("No such file") == true)
      let pipe = folder.appending(path: "pipe.npz").path
      #expect(mkfifo(pipe, 0o600) == 0)
      for path in [pipe, folder.appending(path: "folder.npz").path] {
        if path != pipe { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
        let error = #expect(throws: TensorFileError.self) { try loadParameters(from: path) }
        #expect(error?.code == .unreadable)
      }
    }
  }

  @Test func whatAFormatCannotHoldIsRefused() throws {
    let reserved = #expect(throws: TensorFileError.self) { try saved(["__metadata__": ramp(.bool, [])], "safetensors") }
    #expect(reserved?.code == .unsupported)
    try withTemporaryFolder { folder in
      let error = #expect(throws: TensorFileError.self) {
        try save(parameters: [:], metadata: ["a": "b"], to: folder.appending(path: "file.npz").path)
      }
      #expect(error?.code == .unsupported)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.isEmpty, "nothing is left behind")
    }
  }

  @Test func errorsPrintMessageAndCause() {
    let cause = TensorFileError(.corrupt, "inner")
    #expect("\(TensorFileError(.unreadable, "outer", cause: cause))" == "outer: inner")
    #expect("\(TensorFileError(.unreadable, "outer"))" == "outer")
  }
}

/// A safetensors file with this header and these elements.
func safetensors(_ header: String, _ elements: [UInt8] = [], length: Int? = nil) -> [UInt8] {
  let count = UInt64(length ?? header.utf8.count)
  return withUnsafeBytes(of: count.littleEndian) { Array($0) } + Array(header.utf8) + elements
}
