import CONNX
import GraphIR

/// The memory of a tree of protobuf-c messages that is built in Swift. It is freed with the arena.
///
/// Messages point into the arena. It must live until they are packed.
final class MessageArena {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var values: [TensorValue] = []
  /// The tensors whose data are in another file; nil if all are in the message.
  let external: ExternalTensors?

  init(external: ExternalTensors? = nil) { self.external = external }

  deinit { for block in blocks { block.deallocate() } }

  /// A new message, initialised by its generated `…__init` function and then by `fill`.
  func make<Message>(
    _ initialize: (UnsafeMutablePointer<Message>) -> Void, _ fill: (inout Message) throws -> Void = { _ in }
  ) rethrows -> UnsafeMutablePointer<Message> {
    let message = allocate(Message.self, 1)
    initialize(message)
    try fill(&message.pointee)
    return message
  }

  /// The pointers as the value of a repeated field of messages or strings.
  func list<Pointee>(
    _ pointers: [UnsafeMutablePointer<Pointee>]
  ) -> (count: Int, pointer: UnsafeMutablePointer<UnsafeMutablePointer<Pointee>?>) {
    array(pointers.map(Optional.some))
  }

  /// The elements as the value of a repeated field of any other type.
  func array<Element: BitwiseCopyable>(
    _ elements: [Element]
  ) -> (count: Int, pointer: UnsafeMutablePointer<Element>) {
    let pointer = allocate(Element.self, elements.count)
    for (index, element) in elements.enumerated() { pointer[index] = element }
    return (elements.count, pointer)
  }

  /// A string with the NUL that C expects.
  ///
  /// - throws: ``ONNXError`` for a string that contains a NUL.
  func string(_ text: String) throws -> UnsafeMutablePointer<CChar> {
    let characters = text.utf8.map(CChar.init(bitPattern:))
    guard !characters.contains(0) else {
      throw ONNXError(code: .graph, message: "the name or text '\(text)' has a NUL in it, which ONNX's readers cut off")
    }
    return array(characters + [0]).pointer
  }

  /// A string as the value of a bytes field.
  func bytes(_ text: String) -> ProtobufCBinaryData {
    let units = Array(text.utf8)
    return ProtobufCBinaryData(len: units.count, data: array(units).pointer)
  }

  /// The bytes of `value`, which the arena keeps alive; nothing is copied.
  func bytes(of value: TensorValue) -> ProtobufCBinaryData {
    values.append(value)
    let start = value.storage.pointer.assumingMemoryBound(to: UInt8.self)
    return ProtobufCBinaryData(len: value.byteCount, data: start)
  }

  /// An entry of metadata or of a binding.
  func entry(_ key: String, _ value: String) throws -> UnsafeMutablePointer<Onnx__StringStringEntryProto> {
    try make(onnx__string_string_entry_proto__init) { message in
      message.key = try string(key)
      message.value = try string(value)
    }
  }

  private func allocate<Element>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
    blocks.append(block)
    return block.bindMemory(to: Element.self, capacity: max(count, 1))
  }
}
