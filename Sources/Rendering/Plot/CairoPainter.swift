import CCairo
import Foundation
import Pictures

/// Paints shapes with cairo, as a picture or as a page.
struct CairoPainter {
  private let context: OpaquePointer
  private let isDark: Bool

  /// The shapes as a picture.
  ///
  /// - Throws: ``RenderingError`` with code `.encodingFailed`.
  static func picture(
    _ shapes: [PlotShape], width: Int, height: Int, isDark: Bool
  ) throws(RenderingError) -> Picture {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    try paint(shapes, on: surface, scale: 1, isDark: isDark)
    cairo_surface_flush(surface)
    guard let bytes = cairo_image_surface_get_data(surface) else { throw failure(CAIRO_STATUS_NO_MEMORY) }
    let stride = Int(cairo_image_surface_get_stride(surface))
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for row in 0..<height {
      for column in 0..<width {
        let pixel = UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: row * stride + column * 4, as: UInt32.self)
        pixels += [UInt8(pixel >> 16 & 255), UInt8(pixel >> 8 & 255), UInt8(pixel & 255)]
      }
    }
    return Picture(width: width, height: height, channels: 3, pixels: pixels)
  }

  /// The shapes as a PDF of one page. It has no date: equal shapes have equal bytes.
  ///
  /// - Throws: ``RenderingError`` with code `.encodingFailed`.
  static func pdf(
    _ shapes: [PlotShape], title: String, width: Int, height: Int, isDark: Bool
  ) throws(RenderingError) -> Data {
    final class Output { var data = Data() }
    let output = Output()
    // Points: 72 per inch, and 96 pixels.
    let scale = 0.75
    let surface = cairo_pdf_surface_create_for_stream(
      { closure, bytes, count in
        guard let closure, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
        Unmanaged<Output>.fromOpaque(closure).takeUnretainedValue().data.append(bytes, count: Int(count))
        return CAIRO_STATUS_SUCCESS
      }, Unmanaged.passUnretained(output).toOpaque(), Double(width) * scale, Double(height) * scale)
    defer { cairo_surface_destroy(surface) }
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "")
    try paint(shapes, on: surface, scale: scale, isDark: isDark)
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS else { throw failure(status) }
    return output.data
  }

  private static func paint(
    _ shapes: [PlotShape], on surface: OpaquePointer?, scale: Double, isDark: Bool
  ) throws(RenderingError) {
    guard let context = cairo_create(surface) else { throw failure(CAIRO_STATUS_NO_MEMORY) }
    defer { cairo_destroy(context) }
    cairo_scale(context, scale, scale)
    let painter = CairoPainter(context: context, isDark: isDark)
    shapes.forEach(painter.paint)
    let status = cairo_status(context)
    guard status == CAIRO_STATUS_SUCCESS else { throw failure(status) }
  }

  private static func failure(_ status: cairo_status_t) -> RenderingError {
    RenderingError(.encodingFailed, "the plot can't be drawn: \(String(cString: cairo_status_to_string(status)))")
  }

  private func paint(_ shape: PlotShape) {
    switch shape {
    case .line(let points, let color, let width, let dashes, let opacity):
      set(color, opacity)
      trace(points)
      cairo_set_line_width(context, width)
      cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
      cairo_set_dash(context, dashes, Int32(dashes.count), 0)
      cairo_stroke(context)
    case .polygon(let points, let color, let opacity):
      set(color, opacity)
      trace(points)
      cairo_close_path(context)
      cairo_fill(context)
    case .dot(let place, let radius, let color, let opacity):
      set(color, opacity)
      cairo_new_path(context)
      cairo_arc(context, place.x, place.y, radius, 0, 2 * .pi)
      cairo_fill(context)
    case .text(let text, let place, let anchor, let size, let color, let isBold, let isUpward):
      set(color, 1)
      write(text, place, anchor, size, isBold: isBold, isUpward: isUpward)
    case .group(_, let shapes): shapes.forEach(paint)
    }
  }

  private func set(_ color: PlotColor, _ opacity: Double) {
    let color = color.color(isDark: isDark)
    func channel(_ value: UInt8) -> Double { Double(value) / 255 }
    cairo_set_source_rgba(context, channel(color.red), channel(color.green), channel(color.blue), opacity)
  }

  private func trace(_ points: [PlotShape.Position]) {
    cairo_new_path(context)
    for point in points { cairo_line_to(context, point.x, point.y) }
  }

  private func write(
    _ text: String, _ place: PlotShape.Position, _ anchor: PlotShape.Anchor, _ size: Double, isBold: Bool,
    isUpward: Bool
  ) {
    cairo_select_font_face(
      context, "sans-serif", CAIRO_FONT_SLANT_NORMAL, isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, size)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    let shift: Double =
      switch anchor {
      case .start: 0
      case .middle: extents.x_advance / 2
      case .end: extents.x_advance
      }
    cairo_save(context)
    cairo_translate(context, place.x, place.y)
    if isUpward { cairo_rotate(context, -.pi / 2) }
    cairo_move_to(context, -shift, 0)
    cairo_show_text(context, text)
    cairo_restore(context)
  }
}
