/// The messages of a repeated field.
func messages<Message>(
  _ list: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
) -> [Message] {
  UnsafeBufferPointer(start: list, count: count).compactMap { $0?.pointee }
}

/// The texts of a repeated string field.
func texts(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int) -> [String] {
  UnsafeBufferPointer(start: list, count: count).map(text)
}

/// The text of a string field; empty where it is absent, as protobuf has it.
func text(_ string: UnsafeMutablePointer<CChar>?) -> String { string.map { String(cString: $0) } ?? "" }
