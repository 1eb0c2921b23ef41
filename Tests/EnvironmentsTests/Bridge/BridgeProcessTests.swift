import Foundation
import Testing

import Environments

@Suite("The process of Gymnasium's environments", Bridge.condition)
struct BridgeProcessTests {
  @Test("Every worker ends if zoo is killed")
  func orphans() async throws {
    let result = try await #require(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      let environment = try GymnasiumEnvironment("CartPole-v1", count: 5, workers: 3, seed: 0)
      for process in environment.processIdentifiers {
        try FileHandle.standardOutput.write(contentsOf: Data("worker \(process)\n".utf8))
      }
      kill(getpid(), SIGKILL)
    }
    let workers = workers(in: result.standardOutputContent)
    #expect(Set(workers).count == 3)
    for worker in workers { #expect(try Bridge.hasEnded(worker, within: 10)) }
  }

  @Test("It ends if zoo is killed in the middle of an endless step")
  func orphanInStep() async throws {
    let result = try await #require(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      var environment = try Bridge.trial(["fault": .text("hang"), "at": .int(40)], name: "Endless-v0", mode: .sameStep)
      try FileHandle.standardOutput.write(contentsOf: Data("worker \(environment.processIdentifiers[0])\n".utf8))
      Thread.detachNewThread {
        sleep(1)
        kill(getpid(), SIGKILL)
      }
      var step = VectorStep(for: environment)
      _ = try environment.advance(40, from: &step)
    }
    let worker = try #require(workers(in: result.standardOutputContent).first)
    #expect(try Bridge.hasEnded(worker, within: 20))
  }

  private func workers(in output: [UInt8]) -> [Int32] {
    String(decoding: output, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix("worker ") }
      .compactMap { Int32($0.dropFirst("worker ".count)) }
  }

  @Test("It ends with the last copy of the value, and leaves no descriptor and no thread")
  func nothingIsLeft() async {
    await #expect(processExitsWith: .success) {
      func count(_ folder: String) throws -> Int { try FileManager.default.contentsOfDirectory(atPath: folder).count }
      var processes: [Int32] = []
      func use() throws {
        var environment: GymnasiumEnvironment? = try Bridge.make(.cartPole)
        let copy = environment
        processes.append(environment?.processIdentifiers[0] ?? 0)
        environment = nil
        _ = try copy?.state
        #expect(throws: EnvironmentError.self) { try Bridge.trial(["fault": .text("exit"), "at": .int(1)]).state }
        #expect(throws: EnvironmentError.self) {
          try GymnasiumEnvironment("CartPole-v1", count: 1, seed: 0, python: "/nowhere/python")
        }
      }
      try use()
      let (descriptors, threads) = (try count("/proc/self/fd"), try count("/proc/self/task"))
      for _ in 0..<5 {
        try use()
      }
      #expect(try count("/proc/self/fd") == descriptors)
      #expect(try count("/proc/self/task") <= threads)
      for process in processes {
        #expect(kill(process, 0) == -1 && errno == ESRCH)
      }
    }
  }

  @Test("Calls from several threads take turns")
  func threads() async throws {
    let environment = try Bridge.make(.cartPole)
    let state = try environment.state
    try await withThrowingTaskGroup { group in
      for _ in 0..<4 {
        group.addTask {
          var environment = environment
          for _ in 0..<50 {
            try environment.restore(state)
            #expect(try environment.state == state)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}
