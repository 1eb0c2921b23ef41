import Foundation
import TestSupport
import Testing

/// The code of the articles in `ZooKit.docc`. Each Swift block of an article is in a file of this folder, or in the
/// library itself.
@Suite final class ArticleTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-articles-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The path of a new file.
  func path(_ name: String) throws -> String { folder.appending(path: name).path }

  /// A folder with a few images in the format of Fashion-MNIST.
  func images() throws -> URL {
    let images = folder.appending(path: "images")
    try FileManager.default.createDirectory(at: images, withIntermediateDirectories: true)
    try TinyData.write(to: images, images: 40)
    return images
  }

  private static let root = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL
  private static let catalogue = root.appending(path: "Sources/ZooKit/ZooKit.docc")
  private static let articles = try? FileManager.default.contentsOfDirectory(atPath: catalogue.path).sorted()

  /// Lines without indentation, which is another one in a test.
  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private static func sources() throws -> [String: [String]] {
    var sources: [String: [String]] = [:]
    for folder in ["Sources", "Tests/ArticleTests"] {
      let files = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
      while let file = files?.nextObject() as? String {
        guard file.hasSuffix(".swift") || file.hasSuffix(".def") else { continue }
        let text = try String(contentsOf: root.appending(path: "\(folder)/\(file)"), encoding: .utf8)
        sources["\(folder)/\(file)"] = lines(text)
      }
    }
    return sources
  }

  @Test func everyBlockIsCompiled() throws {
    let sources = try Self.sources()
    var count = 0
    for article in try #require(Self.articles) where article.hasSuffix(".md") {
      let text = try String(contentsOf: Self.catalogue.appending(path: article), encoding: .utf8)
      for block in text.components(separatedBy: "```swift\n").dropFirst() {
        let code = Self.lines(String(block.components(separatedBy: "```")[0]))
        #expect(code.count > 0 && sources.values.contains { $0.containsRun(code) }, "\(article): \(code[0]) …")
        count += 1
      }
    }
    #expect(count >= 15)
  }
}

extension [String] {
  /// Whether `run` is a part of these lines without gaps.
  fileprivate func containsRun(_ run: [String]) -> Bool {
    guard let first = run.first else { return false }
    return indices.contains { self[$0] == first && self[$0...].starts(with: run) }
  }
}
