import Foundation
import Testing

/// Requests to a port of this machine, byte by byte.
struct HTTPClient: Sendable {
  /// An answer.
  struct Answer {
    let status: Int
    let headers: [String: String]
    let body: Data

    var text: String { String(decoding: body, as: UTF8.self) }
    func json() throws -> Any { try JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed) }
  }

  let port: UInt16

  /// A connection; -1 if there is none.
  func connect() -> Int32 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return result == 0 ? socket : -1
  }

  /// Sends bytes and reads until the connection ends, `end` holds, or 30 s have passed: an answer may be endless.
  func exchange(_ bytes: some Sequence<UInt8>, until end: (Data) -> Bool = { _ in false }) -> Data {
    let socket = connect()
    defer { close(socket) }
    let bytes = Array(bytes)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    var (data, buffer) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
    let deadline = ContinuousClock.now + .seconds(30)
    while !end(data), ContinuousClock.now < deadline {
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      data.append(contentsOf: buffer[..<count])
    }
    return data
  }

  /// Requests an address.
  func get(
    _ path: String, host: String? = nil, headers: [String] = [], method: String = "GET", body: String = ""
  ) throws -> Answer {
    let length = body.isEmpty ? [] : ["Content-Length: \(body.utf8.count)"]
    let lines =
      ["\(method) \(path) HTTP/1.1", "Host: \(host ?? "127.0.0.1:\(port)")", "Connection: close"] + headers + length
    let data = exchange((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    let end = try #require(data.range(of: Data("\r\n\r\n".utf8)), "\(path): \(String(decoding: data, as: UTF8.self))")
    let head = String(decoding: data[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    let status = try #require(head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
    let headers = head.dropFirst().compactMap { line in
      line.firstIndex(of: ":").map { (line[..<$0].lowercased(), line[line.index(after: $0)...].drop { $0 == " " }) }
    }
    return Answer(
      status: status, headers: Dictionary(headers.map { ($0, String($1)) }) { $1 },
      body: Data(data[end.upperBound...]))
  }
}
