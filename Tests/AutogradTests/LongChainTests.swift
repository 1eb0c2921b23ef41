import Autograd
import Foundation
import GraphIR
import Testing

/// Tapes as long and as wide as memory allows are traversed and freed without recursion.
@Suite("Long and wide tapes", .serialized)
struct LongChainTests {
  static let length = 1_000_000

  /// Tensors that a test observes without retaining them.
  private struct Watch {
    private final class Box {
      weak var tensor: Tensor?
      init(_ tensor: Tensor) { self.tensor = tensor }
    }
    private var boxes: [Box] = []

    mutating func add(_ tensor: Tensor) { boxes.append(Box(tensor)) }
    var count: Int { boxes.count }
    var alive: Int { boxes.count { $0.tensor != nil } }
  }

  /// x + 1 + 1 + …; every 1000th tensor and the leaf are observed.
  private static func chain(_ watch: inout Watch, length: Int = length) -> (x: Tensor, y: Tensor) {
    let (x, one) = (variable(0), constant([1], []))
    watch.add(x)
    var y = x
    for index in 0..<length {
      y = y + one
      if index % 1000 == 0 { watch.add(y) }
    }
    return (x, y)
  }

  @Test("a chain of 1,000,000 nodes: forward, gradient, release")
  func gradient() throws {
    var watch = Watch()
    do {
      let (x, y) = Self.chain(&watch)
      #expect(y.item == Double(Self.length))
      #expect(watch.alive == watch.count)
      #expect(try grad(y, x).item == 1)
    }
    #expect(watch.alive == 0)
  }

  @Test("a chain of 1,000,000 nodes that is never differentiated is released, too")
  func release() {
    var watch = Watch()
    do { _ = Self.chain(&watch) }
    #expect(watch.count == Self.length / 1000 + 1 && watch.alive == 0)
  }

  @Test("a pass frees the values of the nodes that it executed, although their output lives on")
  func freedByPass() throws {
    var watch = Watch()
    let (x, y) = Self.chain(&watch, length: 10_000)
    _ = try grad(y, x, retainGraph: true)
    #expect(watch.alive == watch.count)
    _ = try grad(y, x)
    // Only the leaf is left.
    #expect(watch.alive == 1)
    #expect(y.item == 10_000 && x.item == 0)
  }

  @Test("a chain that is released in the middle keeps the tensors that the rest needs")
  func shared() throws {
    var watch = Watch()
    let (x, y) = Self.chain(&watch, length: 100_000)
    do {
      var z = y
      for _ in 0..<100_000 { z = z * 1 }
      watch.add(z)
    }
    #expect(watch.alive == watch.count - 1)
    #expect(try grad(y, x).item == 1)
  }

  @Test("a second derivative through 100,000 nodes")
  func secondOrder() throws {
    var watch = Watch()
    do {
      let x = variable(3)
      watch.add(x)
      var y = x * x
      for _ in 0..<100_000 { y = y * 1 }
      let first = try grad(y, x, createGraph: true)
      watch.add(first)
      #expect(try grad(first, x).item == 2)
    }
    #expect(watch.alive == 0)
  }

  @Test("diamonds: every node is visited once, however many paths lead to it")
  func diamonds() throws {
    var watch = Watch()
    do {
      let x = variable(1)
      watch.add(x)
      // 2²⁰⁰⁰ paths from y to x. Halving keeps the values finite.
      var y = x
      for _ in 0..<2000 {
        y = (y + y) * 0.5
        watch.add(y)
      }
      #expect(try grad(y, x).item == 1)
    }
    #expect(watch.alive == 0)
  }

  @Test("a wide sum of 100,000 branches over one leaf")
  func wide() throws {
    var watch = Watch()
    do {
      let x = variable(2)
      let branches = (0..<100_000).map { _ in x * x }
      watch.add(x)
      for index in stride(from: 0, to: branches.count, by: 1000) { watch.add(branches[index]) }
      let y = branches.dropFirst().reduce(branches[0], +)
      #expect(try grad(y, x).item == 400_000)
    }
    #expect(watch.alive == 0)
  }

  @Test("many outputs on one trunk are released in any order", arguments: [1, 7919])
  func comb(step: Int) {
    var watch = Watch()
    do {
      var teeth: [Tensor?] = []
      var y = variable(0)
      for _ in 0..<50_000 {
        y = y + 1
        teeth.append(y.exp())
        watch.add(y)
      }
      for index in teeth.indices { teeth[index * step % teeth.count] = nil }
    }
    #expect(watch.alive == 0)
  }

  @Test("10,000 gradient penalties with createGraph leak nothing")
  func penalties() throws {
    var watch = Watch()
    let (w1, w2) = (variable([0.3, -0.2, 0.5, 0.1], [2, 2]), variable([0.7, -0.4], [2, 1]))
    for step in 0..<10_000 {
      let x = variable([0.1, 0.2], [1, 2])
      let y = x.matmul(w1).tanh().matmul(w2)
      let gradient = try grad(y, x, gradOutputs: constant([1], [1, 1]), createGraph: true)
      let penalty = (gradient.norm(axis: 1) - 1).squared().mean()
      let updates = try grad([penalty], [w1, w2], createGraph: true).compactMap { $0 }
      if step % 100 == 0 { for tensor in [x, y, gradient, penalty] + updates { watch.add(tensor) } }
    }
    #expect(watch.count == 600 && watch.alive == 0)
  }

  @Test("all of these on a thread with a stack of 64 KiB")
  func smallStack() async {
    let sums = await withCheckedContinuation { continuation in
      let thread = Thread {
        var watch = Watch()
        var results: [Double] = []
        do {
          let (x, y) = Self.chain(&watch, length: 300_000)
          results.append((try? grad(y, x, createGraph: true).item) ?? .nan)
          results.append(y.item)
        }
        do { _ = Self.chain(&watch, length: 300_000) }
        continuation.resume(returning: results + [Double(watch.alive)])
      }
      thread.stackSize = 64 << 10
      thread.start()
    }
    #expect(sums == [1, 300_000, 0])
  }
}
