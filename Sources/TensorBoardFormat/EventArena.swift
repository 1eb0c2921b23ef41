import CTensorBoard

/// The memory of a tree of protobuf-c messages that is built in Swift. It is freed with the arena.
final class EventArena {
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// A new message, initialised by its generated `…__init` function and then by `fill`.
  func make<Message>(
    _ initialize: (UnsafeMutablePointer<Message>) -> Void, _ fill: (inout Message) -> Void
  ) -> UnsafeMutablePointer<Message> {
    let message = allocate(Message.self, 1)
    initialize(message)
    fill(&message.pointee)
    return message
  }

  /// The elements as the value of a repeated field.
  func array<Element: BitwiseCopyable>(
    _ elements: [Element]
  ) -> (count: Int, pointer: UnsafeMutablePointer<Element>) {
    let pointer = allocate(Element.self, elements.count)
    for (index, element) in elements.enumerated() { pointer[index] = element }
    return (elements.count, pointer)
  }

  /// The pointers as the value of a repeated field of messages or strings.
  func list<Pointee>(
    _ pointers: [UnsafeMutablePointer<Pointee>]
  ) -> (count: Int, pointer: UnsafeMutablePointer<UnsafeMutablePointer<Pointee>?>) {
    array(pointers.map(Optional.some))
  }

  /// A string with the NUL that C expects. A NUL in the text would end it, and is left out.
  func string(_ text: String) -> UnsafeMutablePointer<CChar> {
    array(text.utf8.filter { $0 != 0 }.map(CChar.init(bitPattern:)) + [0]).pointer
  }

  /// The value of a bytes field.
  func bytes(_ bytes: some Collection<UInt8>) -> ProtobufCBinaryData {
    let (count, pointer) = array(Array(bytes))
    return ProtobufCBinaryData(len: count, data: pointer)
  }

  private func allocate<Element>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
    blocks.append(block)
    return block.bindMemory(to: Element.self, capacity: max(count, 1))
  }
}
