import CGIF
import Foundation

/// The output of giflib, in memory.
struct GIFStream: ~Copyable {
  private final class Bytes {
    var data = Data()
  }

  private let bytes = Bytes()
  /// `nil` after it is closed and freed.
  private var file: UnsafeMutablePointer<GifFileType>?

  /// Writes the header, the palette and the looping extension.
  init(width: Int, height: Int, colors: [Color]) throws(RenderingError) {
    var code: Int32 = 0
    // giflib keeps the pointer. The owner keeps the bytes until the file is closed.
    file = EGifOpen(
      Unmanaged.passUnretained(bytes).toOpaque(),
      { file, content, count in
        guard let file, let content, let bytes = file.pointee.UserData else { return 0 }
        Unmanaged<Bytes>.fromOpaque(bytes).takeUnretainedValue().data.append(content, count: Int(count))
        return count
      }, &code)
    guard file != nil else { throw Self.error(code) }
    EGifSetGifVersion(file, true)

    // A palette's length is a power of two from 2 to 256.
    let count = Int(1 << GifBitSize(Int32(colors.count)))
    let map = (colors + [Color](repeating: .black, count: count - colors.count)).map {
      GifColorType(Red: $0.red, Green: $0.green, Blue: $0.blue)
    }
    guard let table = GifMakeMapObject(Int32(count), map) else { throw Self.error(E_GIF_ERR_NOT_ENOUGH_MEM) }
    defer { GifFreeMapObject(table) }
    try check(EGifPutScreenDesc(file, Int32(width), Int32(height), 8, 0, table))

    // Sub-block 1: the number of repetitions, where 0 means forever.
    try check(EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE))
    try check(EGifPutExtensionBlock(file, 11, Array("NETSCAPE2.0".utf8)))
    try check(EGifPutExtensionBlock(file, 3, [1, 0, 0] as [UInt8]))
    try check(EGifPutExtensionTrailer(file))
  }

  deinit {
    if file != nil {
      EGifCloseFile(file, nil)
    }
  }

  /// Writes a rectangle that is shown for `delay` hundredths of a second and then stays.
  mutating func write(_ patch: GIFPatch, delay: Int) throws(RenderingError) {
    var control = GraphicsControlBlock(
      DisposalMode: DISPOSE_DO_NOT, UserInputFlag: false, DelayTime: Int32(delay),
      TransparentColor: NO_TRANSPARENT_COLOR)
    var extensionBytes = [UInt8](repeating: 0, count: 4)
    let length = EGifGCBToExtension(&control, &extensionBytes)
    try check(EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, Int32(length), extensionBytes))
    try check(
      EGifPutImageDesc(
        file, Int32(patch.left), Int32(patch.top), Int32(patch.width), Int32(patch.height), false, nil))
    var indices = patch.indices
    try check(EGifPutLine(file, &indices, Int32(indices.count)))
  }

  /// Writes the end and returns everything that was written.
  consuming func finish() throws(RenderingError) -> Data {
    var code: Int32 = 0
    let closed = EGifCloseFile(file, &code)
    file = nil
    guard closed == GIF_OK else { throw Self.error(code) }
    return bytes.data
  }

  private func check(_ result: Int32) throws(RenderingError) {
    guard result == GIF_OK else { throw Self.error(file?.pointee.Error ?? 0) }
  }

  private static func error(_ code: Int32) -> RenderingError {
    let reason = GifErrorString(code).map { String(cString: $0) } ?? "error \(code)"
    return RenderingError(.encodingFailed, "giflib can't encode the film: \(reason)")
  }
}
