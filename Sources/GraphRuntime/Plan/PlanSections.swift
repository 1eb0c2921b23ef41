import CKernels

/// Instructions as `zk_run` takes them: sections in order, each with lanes that run at the same time.
final class PlanSections {
  private var sections: [ZKSection] = []
  private var bounds: [UnsafeMutableBufferPointer<Int>] = []

  /// Appends a section whose lanes begin and end at given instructions; nothing where there are none.
  ///
  /// - Parameters:
  ///   - places: where the first lane begins, and where each of them ends.
  ///   - threads: the most that an instruction may use.
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

  /// Runs instructions; gives the index of one that failed.
  func run(
    _ instructions: UnsafeBufferPointer<ZKInstruction>, nanoseconds: UnsafeMutableBufferPointer<UInt64>?
  ) -> Int? {
    let failed = sections.withUnsafeBufferPointer {
      zk_run(instructions.baseAddress, $0.baseAddress, $0.count, nanoseconds?.baseAddress)
    }
    return failed < 0 ? nil : failed
  }
}
