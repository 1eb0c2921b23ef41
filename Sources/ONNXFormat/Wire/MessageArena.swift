import CONNX

/// The memory of a tree of protobuf-c messages that is built in Swift; it goes when the arena does.
///
/// Messages point into the arena, so it has to live until they are packed.
final class MessageArena {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// A new message, set up by its generated `…__init` function and then by `fill`.
  func make<Message>(
    _ initialize: (UnsafeMutablePointer<Message>) -> Void, _ fill: (inout Message) throws -> Void = { _ in }
  ) rethrows -> UnsafeMutablePointer<Message> {
    let message = allocate(Message.self, 1)
    initialize(message)
    try fill(&message.pointee)
    return message
  }

  /// The pointers as a repeated message field takes them.
  func list<Message>(
    _ messages: [UnsafeMutablePointer<Message>]
  ) -> (count: Int, pointer: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>) {
    let pointer = allocate(UnsafeMutablePointer<Message>?.self, messages.count)
    for (index, message) in messages.enumerated() { pointer[index] = message }
    return (messages.count, pointer)
  }

  /// The numbers as a repeated numeric field takes them.
  func list<Number: BitwiseCopyable>(numbers: [Number]) -> (count: Int, pointer: UnsafeMutablePointer<Number>) {
    let pointer = allocate(Number.self, numbers.count)
    for (index, number) in numbers.enumerated() { pointer[index] = number }
    return (numbers.count, pointer)
  }

  /// The texts as a repeated string field takes them.
  func list(
    strings: [String]
  ) -> (count: Int, pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) {
    let pointer = allocate(UnsafeMutablePointer<CChar>?.self, strings.count)
    for (index, text) in strings.enumerated() { pointer[index] = string(text) }
    return (strings.count, pointer)
  }

  /// A text with the NUL that C wants.
  func string(_ text: String) -> UnsafeMutablePointer<CChar> {
    let characters = text.utf8CString
    let pointer = allocate(CChar.self, characters.count)
    characters.withUnsafeBufferPointer { pointer.initialize(from: $0.baseAddress!, count: $0.count) }
    return pointer
  }

  /// A copy of `bytes` as a bytes field takes it.
  func bytes(_ bytes: UnsafeRawBufferPointer) -> ProtobufCBinaryData {
    let pointer = allocate(UInt8.self, bytes.count)
    UnsafeMutableRawBufferPointer(start: pointer, count: bytes.count).copyMemory(from: bytes)
    return ProtobufCBinaryData(len: bytes.count, data: pointer)
  }

  private func allocate<Element>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
    blocks.append(block)
    return block.bindMemory(to: Element.self, capacity: max(count, 1))
  }
}
