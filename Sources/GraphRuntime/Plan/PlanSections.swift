import CKernels

/// Instructions in the form of `zk_run`: sections in order, each with parallel lanes.
final class PlanSections {
  private var sections: [ZKSection] = []
  private var bounds: [UnsafeMutableBufferPointer<Int>] = []

  /// Appends a section with lanes at given instructions; does nothing for empty lanes.
  ///
  /// - Parameters:
  ///   - places: the start of the first lane, and the end of each lane.
  ///   - threads: the maximal number of threads of an instruction.
  func append(_ places: [Int], threads: Int) {
    guard places.count > 1, places.first != places.last else { return }
    let copy = UnsafeMutableBufferPointer<Int>.allocate(capacity: places.count)
    _ = copy.initialize(from: places)
    bounds.append(copy)
    sections.append(
      ZKSection(
        lanes: Int32(clamping: places.count - 1), threads: Int32(clamping: threads), bounds: copy.baseAddress))
  }

  deinit { for copy in bounds { copy.deallocate() } }

  /// Runs the instructions; returns the index of a failed one.
  func run(
    _ instructions: UnsafeBufferPointer<ZKInstruction>, nanoseconds: UnsafeMutableBufferPointer<UInt64>?
  ) -> Int? {
    let failed = sections.withUnsafeBufferPointer {
      zk_run(instructions.baseAddress, $0.baseAddress, $0.count, nanoseconds?.baseAddress)
    }
    return failed < 0 ? nil : failed
  }
}
