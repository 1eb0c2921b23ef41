import CGraphviz
import Foundation

/// Draws graphs with Graphviz.
///
/// Its functions share state, so that one thread at a time may call them.
package enum GraphDrawing {
  /// A description in Graphviz's language as SVG, with `dot`'s layout.
  ///
  /// - Throws: ``ServerError`` with code `drawing` if Graphviz can't draw it.
  package static func svg(_ description: Data) throws -> String {
    guard let context = gvContext() else { throw failed("it can't be started") }
    defer { gvFreeContext(context) }
    let text = String(decoding: description, as: UTF8.self)
    guard let graph = text.withCString({ agmemread($0) }) else { throw failed("the description is damaged") }
    defer { agclose(graph) }
    // As many iterations of its network simplex as nodes: a training step is drawn in two thirds of the time, and is an
    // eighth wider.
    setGraphAttribute(graph, "nslimit", "1")
    guard gvLayout(context, graph, "dot") == 0 else { throw failed("it has no layout 'dot'") }
    defer { gvFreeLayout(context, graph) }
    var (result, length): (UnsafeMutablePointer<CChar>?, UInt32) = (nil, 0)
    guard gvRenderData(context, graph, "svg", &result, &length) == 0, let result else {
      throw failed("it has no format 'svg'")
    }
    defer { gvFreeRenderData(result) }
    return String(decoding: UnsafeRawBufferPointer(start: result, count: Int(length)), as: UTF8.self)
  }

  private static func setGraphAttribute(_ graph: UnsafeMutablePointer<Agraph_t>, _ name: String, _ value: String) {
    var (name, value) = (Array(name.utf8CString), Array(value.utf8CString))
    agattr(graph, Int32(AGRAPH), &name, &value)
  }

  private static func failed(_ reason: String) -> ServerError {
    ServerError(.drawing, "Graphviz can't draw the graph: \(reason); check that the package libgvc6 is whole")
  }
}
