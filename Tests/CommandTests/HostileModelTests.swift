import Foundation
import Testing

/// `zoo import` refuses models that attack it. It takes little memory, and does not write to the store.
@Suite struct HostileModelTests {
  /// The memory beyond twice the size of the file.
  private static let allowance = 64 << 20

  @Test(arguments: HostileModel.all.indices)
  func attackIsRefused(_ index: Int) throws {
    let attack = HostileModel.all[index]
    let sandbox = try Sandbox(images: 1)
    let folder = sandbox.file("folder")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    try attack.prepare(folder)
    try Data(attack.bytes).write(to: folder.appending(path: "attack.onnx"))
    try SmallModel.write(to: folder.appending(path: "small.onnx"))

    let plain = try MeasuredProcess(
      Sandbox.program, ["import", "small.onnx", "--store", "full.sqlite"], in: folder)
    #expect(plain.code == 0, "\(plain.output)")
    let store = try Data(contentsOf: folder.appending(path: "full.sqlite"))
    for name in ["full.sqlite", "new.sqlite"] {
      let refused = try MeasuredProcess(Sandbox.program, ["import", "attack.onnx", "--store", name], in: folder)
      #expect(refused.code == 1, "\(attack.name): \(refused)")
      #expect(refused.output.contains("Error: "), "\(attack.name): \(refused)")
      #expect(refused.output.contains(attack.message), "\(attack.name): \(refused)")
      #expect(refused.output.utf8.count < 1000, "\(attack.name): \(refused)")
      #expect(refused.peak - plain.peak < 2 * attack.bytes.count + Self.allowance, "\(attack.name): \(refused)")
    }
    #expect(try Data(contentsOf: folder.appending(path: "full.sqlite")) == store, "\(attack.name)")
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "new.sqlite").path), "\(attack.name)")
  }
}
