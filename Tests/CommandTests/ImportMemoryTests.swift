import Foundation
import Testing

/// The memory of `zoo import`.
@Suite struct ImportMemoryTests {
  /// Weights are in memory once. In addition there is the cache of a new store, 64 MiB.
  @Test func weightsAreInMemoryOnce() throws {
    let sandbox = try Sandbox(images: 1)
    let folder = sandbox.file("folder")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    try SmallModel.write(to: folder.appending(path: "small.onnx"))
    let (count, extent) = (12, 1 << 22)
    try SmallModel.writeSum(of: count, extent: extent, to: folder.appending(path: "large.onnx"))
    let small = try MeasuredProcess(Sandbox.program, ["import", "small.onnx", "--store", "a.sqlite"], in: folder)
    let large = try MeasuredProcess(Sandbox.program, ["import", "large.onnx", "--store", "b.sqlite"], in: folder)
    #expect(small.code == 0 && large.code == 0, "\(small) \(large)")
    #expect(large.peak - small.peak < count * extent * 4 + 96 << 20, "\(small.peak) \(large.peak)")
  }
}
