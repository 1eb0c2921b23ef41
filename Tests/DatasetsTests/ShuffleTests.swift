import Datasets
import Foundation
import Testing

@Suite("Shuffle")
struct ShuffleTests {
  @Test("Permutations are those of the same algorithm in Python's unbounded integers")
  func permutations() throws {
    for expected in try Facts.load().permutations {
      let order = Shuffle.permutation(count: expected.count, key: expected.key, epoch: expected.epoch)
      #expect(order == expected.order, "count \(expected.count), key \(expected.key), epoch \(expected.epoch)")
    }
  }

  @Test("An epoch visits each row at most once, and drops fewer than a batch", arguments: [1, 3, 7, 10])
  func epoch(_ batch: Int) throws {
    var shuffle = Shuffle(count: 10, key: 4)
    for epoch in 0..<3 {
      var seen: [Int] = []
      for _ in 0..<10 / batch {
        let rows = try shuffle.next(batch)
        #expect(rows.count == batch)
        seen += rows
      }
      #expect(shuffle.state.epoch == epoch)
      #expect(Set(seen).count == 10 / batch * batch)
      #expect(Set(seen).isSubset(of: 0..<10))
    }
  }

  @Test("An epoch can begin before the end of the previous one")
  func beginEpoch() throws {
    var shuffle = Shuffle(count: 10, key: 4)
    for (epoch, batch) in [3, 5, 10].enumerated() {
      shuffle.beginEpoch()
      // A second call changes nothing.
      shuffle.beginEpoch()
      #expect(try shuffle.next(batch) == Array(Shuffle.permutation(count: 10, key: 4, epoch: epoch).prefix(batch)))
      #expect(shuffle.state.epoch == epoch)
    }
  }

  @Test("Each key and each epoch has its own order")
  func variety() {
    let orders = (0..<20 as Range<UInt64>).flatMap { key in
      (0..<20).map { Shuffle.permutation(count: 50, key: key, epoch: $0) }
    }
    #expect(Set(orders).count == 400)
  }

  @Test("Every order of four rows is equally frequent")
  func uniform() {
    var counts: [[Int]: Int] = [:]
    let draws = 24_000
    for epoch in 0..<draws {
      counts[Shuffle.permutation(count: 4, key: 9, epoch: epoch), default: 0] += 1
    }
    #expect(counts.count == 24)
    let expected = Double(draws) / 24
    let chiSquared = counts.values.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // 23 degrees of freedom: above 49.7 once in a thousand keys.
    #expect(chiSquared < 49.7)
  }

  @Test("A walk restored from its saved state continues with the same rows")
  func resume() throws {
    var uninterrupted = Shuffle(count: 23, key: 0xdead_beef)
    for _ in 0..<40 {
      let saved = try JSONEncoder().encode(uninterrupted.state)
      var resumed = try Shuffle(count: 23, state: JSONDecoder().decode(Shuffle.State.self, from: saved))
      #expect(resumed == uninterrupted)
      var copy = uninterrupted
      for _ in 0..<10 {
        #expect(try resumed.next(5) == copy.next(5))
      }
      _ = try uninterrupted.next(5)
    }
  }

  @Test("Invalid sizes of batches and positions outside the data are errors")
  func refusal() throws {
    var shuffle = Shuffle(count: 10, key: 0)
    for batch in [0, -1, 11] {
      let error = #expect(throws: DatasetError.self) { try shuffle.next(batch) }
      #expect(error?.code == .invalidBatch)
      #expect(error?.description.contains("1 to 10") == true)
    }
    for state in [Shuffle.State(key: 0, position: 11), .init(key: 0, position: -1), .init(key: 0, epoch: -1)] {
      let error = #expect(throws: DatasetError.self) { try Shuffle(count: 10, state: state) }
      #expect(error?.code == .invalidPosition)
    }
  }
}
