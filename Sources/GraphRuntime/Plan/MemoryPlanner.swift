/// Places buffers in one arena. Buffers that are needed at the same time do not overlap.
///
/// The planner is greedy by size: the largest buffers are placed first, each at the lowest offset that is free during
/// its lifetime. Source: Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference",
/// arXiv:2001.03288, section 5.2.
package enum MemoryPlanner {
  /// A buffer: its bytes, and the first and the last time at which it is needed.
  package struct Request {
    package var size: Int
    package var first: PlanMoment
    package var last: PlanMoment

    package init(size: Int, first: PlanMoment, last: PlanMoment) {
      self.size = size
      self.first = first
      self.last = last
    }

    /// Whether the two may not share memory: they are needed at the same time, or belong to different lanes. The memory
    /// of a lane stays in the cache of one core.
    package func overlaps(_ other: Request) -> Bool {
      first.lane != other.first.lane || !(last.precedes(other.first) || other.last.precedes(first))
    }
  }

  /// Returns the offset of each buffer, a multiple of ``ProgramState/alignment``, and the total size.
  package static func plan(_ requests: [Request]) -> (offsets: [Int], size: Int) {
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [(range: Range<Int>, request: Request)] = []
    var size = 0
    let order = requests.indices.sorted {
      (requests[$0].size, requests[$1].first.position, $1) > (requests[$1].size, requests[$0].first.position, $0)
    }
    for index in order where requests[index].size > 0 {
      let request = requests[index]
      let length = ProgramState.rounded(request.size)
      var offset = 0
      // `placed` is sorted by offset, so the first wide enough gap is the lowest.
      for other in placed where other.request.overlaps(request) {
        if offset + length <= other.range.lowerBound { break }
        offset = max(offset, other.range.upperBound)
      }
      offsets[index] = offset
      size = max(size, offset + length)
      let place = placed.firstIndex { $0.range.lowerBound > offset } ?? placed.count
      placed.insert((offset..<offset + length, request), at: place)
    }
    return (offsets, size)
  }
}
