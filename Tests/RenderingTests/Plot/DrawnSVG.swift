import Foundation
import FoundationXML
import Testing

/// The elements and texts of an XML document.
final class DrawnSVG: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var texts: [String] = []
  private var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
    text = ""
  }
  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    if ["text", "title", "desc"].contains(name) { texts.append(text) }
  }

  /// Reads a plot, which must be XML without scripts, other documents, and numbers that are not finite.
  static func read(_ svg: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> DrawnSVG {
    let (parser, reader) = (XMLParser(data: Data(svg.utf8)), DrawnSVG())
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError)): \(svg)", sourceLocation: sourceLocation)
    let allowed: Set = ["svg", "title", "desc", "style", "path", "circle", "text", "g"]
    #expect(Set(reader.elements.map(\.name)).subtracting(allowed).isEmpty, sourceLocation: sourceLocation)
    for (name, attributes) in reader.elements {
      for (key, value) in attributes where !["class", "id", "aria-labelledby", "role"].contains(key) {
        let isFinite = !value.lowercased().contains("nan") && !value.lowercased().contains("inf")
        #expect(isFinite, "\(name) \(key)=\(value)", sourceLocation: sourceLocation)
        #expect(!key.hasPrefix("on") && !key.contains("href"), sourceLocation: sourceLocation)
      }
    }
    return reader
  }
}
