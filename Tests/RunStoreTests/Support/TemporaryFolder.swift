import Foundation
import RunStore

/// A folder of one test, removed with the object.
final class TemporaryFolder {
  let path: String

  /// - Parameter inMemory: whether its files need not reach a disk.
  init(inMemory: Bool = false) throws {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = inMemory && FileManager.default.isWritableFile(atPath: memory.path)
    path =
      (isThere ? memory : FileManager.default.temporaryDirectory)
      .appendingPathComponent("zoo-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in it.
  func file(_ name: String = "zoo.sqlite") -> String { path + "/" + name }

  /// A store in it.
  func store(_ name: String = "zoo.sqlite", readOnly: Bool = false) throws -> Store {
    try Store(path: file(name), readOnly: readOnly, busyTimeout: 0.2, trainingTimeout: 0.2)
  }
}

func contents(of path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
