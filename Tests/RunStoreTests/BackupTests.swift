import Foundation
import GraphIR
import RunStore
import Testing

/// Copies of a file that is in use.
@Suite struct BackupTests {
  /// A training writes checkpoints continuously through its own connection.
  @Test func copiesOfAFileInUseAreSound() throws {
    let folder = try TemporaryFolder()
    let path = folder.file()
    let stop = StopTime()
    let training = try Store(path: path)
    let claim = try training.sampleRun(graphs: ["critic": try sampleGraph()])
    let steps = Background {
      var step = 0
      while !stop.hasCome {
        step += 1
        var state = sampleState(step)
        state.tensors["large"] = TensorValue(repeating: Double(step), type: TensorType(.float32, [500_000]))
        try training.commit(state, claim: claim, keep: KeepPolicy(last: 2))
      }
      return step
    }
    let store = try Store(path: path, busyTimeout: 60)
    while try store.run(claim.run).step < 10 {}
    var newest = -1
    for index in 0..<10 {
      let bytes = try store.backup(to: folder.file("copy\(index)"))
      #expect(try contents(of: folder.file("copy\(index)")).count == bytes)
      let copy = try folder.store("copy\(index)")
      #expect(try copy.verify().problems == [])
      let step = try copy.run(claim.run).step
      #expect(try step >= newest && copy.snapshot(of: claim.run).counters["samples"] == Int64(step) * 64)
      newest = step
      // The process trains the original; the copy can be resumed.
      #expect(try copy.run(claim.run).status == .interrupted)
      _ = try copy.resume(claim.run)
    }
    stop.come()
    #expect(try steps.wait() > 10)
    #expect(try store.run(claim.run).status == .running && store.verify().problems == [])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.allSatisfy { $0.hasPrefix("copy") || $0.hasPrefix("zoo.sqlite") }, "\(names)")
  }

  @Test func aFileThatExistsStays() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    _ = try store.sampleRun()
    for name in ["notes.txt", "copy.sqlite-journal", "dangling"] {
      if name == "dangling" {
        try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: "/nowhere/x")
      } else {
        try "notes".write(toFile: folder.file(name), atomically: true, encoding: .utf8)
      }
    }
    for name in ["notes.txt", "copy.sqlite", "dangling", "zoo.sqlite", "."] {
      let error = #expect(throws: StoreError.self) { try store.backup(to: folder.file(name)) }
      #expect(error?.code == .fileExists && error?.message.contains("exists") == true, "\(name): \(error as Any)")
    }
    #expect(try contents(of: folder.file("notes.txt")) == Data("notes".utf8))
    #expect(#expect(throws: StoreError.self) { try store.backup(to: folder.file("no/copy")) }?.code == .missingFile)
    #expect(#expect(throws: StoreError.self) { try store.backup(to: "/proc/copy") }?.code == .readOnly)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 5)
  }

  /// A read-only store can be copied, too. Tables that are not a zoo's are not copied.
  @Test func aReadOnlyStoreCanBeCopied() throws {
    let folder = try TemporaryFolder()
    let run = try folder.store().sampleRun().run
    try folder.store(readOnly: true).backup(to: folder.file("copy"))
    #expect(try folder.store("copy").snapshot(of: run) == sampleState(0))
    #expect(try folder.store("copy").count("PRAGMA application_id") == 2_054_123_313)
    #expect(try folder.store("copy").count("PRAGMA auto_vacuum") == 2)
  }
}
