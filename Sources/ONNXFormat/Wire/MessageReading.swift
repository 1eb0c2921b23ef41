/// The messages of a repeated field.
func messages<Message>(
  _ list: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
) -> [Message] {
  UnsafeBufferPointer(start: list, count: count).compactMap { $0?.pointee }
}

/// The strings of a repeated string field.
func texts(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ count: Int) -> [String] {
  UnsafeBufferPointer(start: list, count: count).map(text)
}

/// The string of a string field; empty where it is absent, as in protobuf.
func text(_ string: UnsafeMutablePointer<CChar>?) -> String { string.map { String(cString: $0) } ?? "" }
