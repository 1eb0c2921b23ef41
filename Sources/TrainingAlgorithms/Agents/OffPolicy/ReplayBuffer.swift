import Checkpointing
import GraphIR

/// A ring buffer of the latest transitions: a row `s | a | r | done | s'` for each.
///
/// Rows lie in segments, which are tensors of a checkpoint: `replay/0000` and so on. Only the segment at the cursor
/// changes. The buffer and its checkpoints share all others, and a store keeps each of them once.
struct ReplayBuffer {
  /// The largest number of transitions.
  let capacity: Int
  /// The number of rows of every segment except the last.
  let segmentRows: Int
  /// The first column of each field, followed by the width of a row.
  private let columns: [Int]
  /// The number of transitions.
  private(set) var count = 0
  /// The row that is written next.
  private(set) var cursor = 0
  /// The segments so far. The segment at the cursor may be outdated.
  private var segments: [TensorValue] = []
  /// The present rows of the segment at the cursor.
  private var open: [Float] = []

  init(capacity: Int, observationWidth: Int, actionWidth: Int, segmentRows: Int = 1024) {
    self.capacity = capacity
    self.segmentRows = segmentRows
    columns = [observationWidth, actionWidth, 1, 1, observationWidth].reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1)
    }
  }

  /// The number of values in a row.
  var width: Int { columns[columns.count - 1] }
  private var openIndex: Int { cursor / segmentRows }

  /// Adds a transition. It replaces the oldest one if the buffer is full.
  mutating func append(
    observation: ArraySlice<Float>, action: ArraySlice<Float>, reward: Float, isDone: Bool, next: ArraySlice<Float>
  ) {
    let row = observation + action + [reward, isDone ? 1 : 0] + next
    let place = cursor % segmentRows * width
    if place == open.count {
      open += row
    } else {
      open.replaceSubrange(place..<place + width, with: row)
    }
    count = max(count, cursor + 1)
    cursor = (cursor + 1) % capacity
    if cursor % segmentRows == 0 { turn(from: (cursor == 0 ? capacity - 1 : cursor - 1) / segmentRows) }
  }

  /// Closes a segment, and opens the segment at the cursor.
  private mutating func turn(from closed: Int) {
    let segment = TensorValue(open, shape: [open.count / width, width])
    if closed < segments.count { segments[closed] = segment } else { segments.append(segment) }
    open = openIndex < segments.count ? segments[openIndex].elements() : []
  }

  /// Copies the columns of a field in some rows to a buffer, row by row.
  func fill(_ field: Int, rows: [Int], into buffer: UnsafeMutableBufferPointer<Float>) {
    let columns = columns[field]..<columns[field + 1]
    var place = 0
    for row in rows {
      let start = row % segmentRows * width
      func copy(_ numbers: UnsafeBufferPointer<Float>) {
        for column in columns {
          buffer[place] = numbers[start + column]
          place += 1
        }
      }
      if row / segmentRows == openIndex {
        open.withUnsafeBufferPointer(copy)
      } else {
        segments[row / segmentRows].withElements(of: Float.self, copy)
      }
    }
  }

  /// Rows drawn uniformly, with replacement. Requires a transition.
  func sample(_ number: Int, from stream: inout RandomStream) -> [Int] {
    stream.words(number).map { Int((UInt64($0) * UInt64(count)) >> 32) }
  }
}

extension ReplayBuffer: Checkpointed {
  private static func name(_ name: String, _ segment: Int) -> String {
    let digits = "\(segment)"
    return StateName.join(name, String(repeating: "0", count: max(0, 4 - digits.count)) + digits)
  }

  /// Adds a tensor for each segment, `0000` and so on, and the counters `count` and `cursor`.
  func save(to state: inout TrainingState, as name: String) {
    for (index, segment) in segments.enumerated() { state.tensors[Self.name(name, index)] = segment }
    if !open.isEmpty {
      state.tensors[Self.name(name, openIndex)] = TensorValue(open, shape: [open.count / width, width])
    }
    count.save(to: &state, as: StateName.join(name, "count"))
    cursor.save(to: &state, as: StateName.join(name, "cursor"))
  }

  /// Restores the transitions of a checkpoint.
  ///
  /// - Throws: `CheckpointError` if a segment is missing or has another shape, or the cursor is out of range.
  mutating func restore(from state: TrainingState, as name: String) throws {
    count = try state.counter(StateName.join(name, "count"), in: 0...capacity)
    cursor = try state.counter(
      StateName.join(name, "cursor"), in: count < capacity ? count...count : 0...capacity - 1)
    segments = try stride(from: 0, to: count, by: segmentRows).enumerated().map { index, first in
      let rows = min(segmentRows, count - first)
      return try state.tensor(Self.name(name, index), TensorType(.float32, [rows, width]))
    }
    open = openIndex < segments.count ? segments[openIndex].elements() : []
  }
}
