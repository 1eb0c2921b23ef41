import Foundation
import Hummingbird

/// The content of an answer.
struct Answer: Sendable {
  let type: String
  let bytes: [UInt8]
  /// The name of the file if a browser should save it; nil if it should show it.
  var fileName: String?

  init(_ type: String, _ bytes: some Sequence<UInt8>, fileName: String? = nil) {
    (self.type, self.bytes, self.fileName) = (type, Array(bytes), fileName)
  }

  static func html(_ text: String) -> Answer { Answer("text/html; charset=utf-8", text.utf8) }
  static func svg(_ text: String) -> Answer { Answer("image/svg+xml", text.utf8) }
  static func png(_ data: Data) -> Answer { Answer("image/png", data) }

  /// The response with this content.
  func response(tag: String?) -> Response {
    var headers: HTTPFields = [.contentType: type]
    headers[.eTag] = tag
    if let fileName { headers[.contentDisposition] = "attachment; filename=\"\(Self.plain(fileName))\"" }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// A file name without characters that have a meaning in headers or paths.
  private static func plain(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) ? $0 : "_" })
  }
}
