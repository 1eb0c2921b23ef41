import Checkpointing
import GraphIR
import Testing

@testable import TrainingAlgorithms

@Suite("The replay buffer")
struct ReplayBufferTests {
  /// Transition k is s = (k, k + 0.25), a = (−k), r = k / 2, done if k is a multiple of 3, s' = (k + 1, k + 1.25).
  private func row(_ k: Int) -> [Float] {
    let k = Float(k)
    return [k, k + 0.25, -k, k / 2, k.truncatingRemainder(dividingBy: 3) == 0 ? 1 : 0, k + 1, k + 1.25]
  }

  private func append(_ k: Int, to buffer: inout ReplayBuffer) {
    let row = row(k)
    buffer.append(observation: row[0..<2], action: row[2..<3], reward: row[3], isDone: row[4] == 1, next: row[5..<7])
  }

  private func buffer(_ count: Int, capacity: Int, segmentRows: Int) -> ReplayBuffer {
    var buffer = ReplayBuffer(capacity: capacity, observationWidth: 2, actionWidth: 1, segmentRows: segmentRows)
    for k in 0..<count { append(k, to: &buffer) }
    return buffer
  }

  /// The rows at these positions, concatenated from their fields.
  private func rows(_ places: [Int], of buffer: ReplayBuffer) -> [[Float]] {
    let fields = [2, 1, 1, 1, 2].enumerated().map { index, width in
      [Float](unsafeUninitializedCapacity: places.count * width) { memory, count in
        buffer.fill(index, rows: places, into: UnsafeMutableBufferPointer(rebasing: memory[..<(places.count * width)]))
        count = places.count * width
      }
    }
    return places.indices.map { place in
      zip(fields, [2, 1, 1, 1, 2]).flatMap { $0[place * $1..<(place + 1) * $1] }
    }
  }

  private func state(_ buffer: ReplayBuffer) -> TrainingState {
    var state = TrainingState(step: 0)
    buffer.save(to: &state, as: "replay")
    return state
  }

  /// All sizes of a buffer and its segments up to 9, and twice as many transitions as fit in it.
  @Test(arguments: 1...9) func keepsTheLatestTransitions(capacity: Int) throws {
    for segmentRows in 1...capacity {
      for count in 0...2 * capacity + 1 {
        let buffer = buffer(count, capacity: capacity, segmentRows: segmentRows)
        let kept = min(count, capacity)
        #expect(buffer.count == kept && buffer.cursor == count % capacity)
        let expected = (0..<kept).map { place in
          row((0..<count).last { $0 % capacity == place } ?? -1)
        }
        #expect(rows(Array(0..<kept), of: buffer) == expected, "\(count) of \(capacity) in \(segmentRows)")
        // The concatenated tensors are the rows.
        let tensors = state(buffer).tensors.sorted { $0.key < $1.key }.map(\.value)
        #expect(tensors.flatMap { $0.elements(as: Float.self) } == expected.flatMap { $0 })
        #expect(tensors.dropLast().allSatisfy { $0.shape == [segmentRows, 7] })

        var restored = ReplayBuffer(capacity: capacity, observationWidth: 2, actionWidth: 1, segmentRows: segmentRows)
        try restored.restore(from: state(buffer), as: "replay")
        var original = buffer
        for k in count..<count + capacity {
          append(k, to: &original)
          append(k, to: &restored)
          #expect(state(restored) == state(original))
        }
      }
    }
  }

  @Test func sharesSegmentsThatHaveNotChanged() {
    var buffer = buffer(10, capacity: 12, segmentRows: 3)
    let before = state(buffer).tensors
    append(10, to: &buffer)
    let after = state(buffer).tensors
    #expect(before.keys.sorted() == ["replay/0000", "replay/0001", "replay/0002", "replay/0003"])
    for name in ["replay/0000", "replay/0001", "replay/0002"] {
      #expect(before[name]?.storage === after[name]?.storage, "\(name)")
    }
    #expect(before["replay/0003"]?.shape == [1, 7] && after["replay/0003"]?.shape == [2, 7])
    // After the wrap-around, the first segment changes. Its saved part does not.
    append(11, to: &buffer)
    append(12, to: &buffer)
    let wrapped = state(buffer).tensors
    #expect(before["replay/0000"]?.elements(as: Float.self).first == 0)
    #expect(wrapped["replay/0000"]?.elements(as: Float.self).first == 12)
    #expect(wrapped["replay/0001"]?.storage === before["replay/0001"]?.storage)
  }

  @Test func samplesEveryTransitionAlike() {
    let buffer = buffer(9, capacity: 7, segmentRows: 2)
    var stream = RandomStream(seed: 5, name: "replay")
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<1000 {
      for row in buffer.sample(70, from: &stream) { counts[row] += 1 }
    }
    // Six degrees of freedom: χ² is above 22.5 once in a thousand.
    let deviation = counts.reduce(0.0) { $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000 }
    #expect(deviation < 22.5, "\(counts)")
    #expect(counts.reduce(0, +) == 70_000)
  }

  /// Multiply-shift: word w becomes row ⌊w · count / 2³²⌋.
  @Test func aRowFollowsFromAWord() {
    let buffer = buffer(5, capacity: 7, segmentRows: 2)
    var (stream, words) = (RandomStream(seed: 1, name: "replay"), RandomStream(seed: 1, name: "replay"))
    #expect(buffer.sample(9, from: &stream) == words.words(9).map { Int(Double($0) * 5 / 0x1p32) })
    #expect(stream == words)
  }

  @Test func refusesAStateThatDoesNotFit() {
    let whole = state(buffer(8, capacity: 12, segmentRows: 3))
    func expectRefusal(_ part: String, _ change: (inout TrainingState) -> Void) {
      var state = whole
      change(&state)
      var buffer = ReplayBuffer(capacity: 12, observationWidth: 2, actionWidth: 1, segmentRows: 3)
      let error = #expect(throws: CheckpointError.self) { try buffer.restore(from: state, as: "replay") }
      #expect(error?.message.contains(part) == true, "\(String(describing: error))")
    }
    expectRefusal("replay/0001") { $0.tensors["replay/0001"] = nil }
    expectRefusal("replay/0002") { $0.tensors["replay/0002"] = $0.tensors["replay/0000"] }
    expectRefusal("replay/0000") {
      $0.tensors["replay/0000"] = TensorValue(repeating: 0, type: TensorType(.float32, [3, 6]))
    }
    expectRefusal("replay/count") { $0.counters["replay/count"] = nil }
    expectRefusal("replay/count") { $0.counters["replay/count"] = 13 }
    expectRefusal("replay/cursor") { $0.counters["replay/cursor"] = 7 }
  }
}
