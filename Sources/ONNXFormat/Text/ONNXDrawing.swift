import Foundation

/// Drawings of models in the language of Graphviz: `dot -Tsvg model.dot -o model.svg`.
///
/// A node of the drawing is a call of an operator with its attributes, an input or an output, or an initializer. Lines
/// lead from values to the calls that use them, with the type of the value where the model says it. Graphs in
/// attributes and functions are frames of their own.
///
/// Source: https://graphviz.org/doc/info/lang.html
public enum ONNXDrawing {
  /// The drawing of a model, in UTF-8.
  ///
  /// - Parameters:
  ///   - model: a packed `ModelProto`.
  ///   - limits: the limits on the cost of the model.
  ///   - link: the address behind a node, by its name; nil, the default, for no links.
  /// - throws: ``ONNXError`` for bytes that are no model.
  public static func dot(_ model: Data, limits: Limits = Limits(), link: ((String) -> String)? = nil) throws -> Data {
    try withUnpacked(model, limits: limits) { message in
      var drawing = DotDrawing(link: link)
      drawing.model(message)
      return Data(drawing.text.utf8)
    }
  }
}
