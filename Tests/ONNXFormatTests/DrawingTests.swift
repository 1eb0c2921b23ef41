import Foundation
import ONNXFormat
import Testing

/// Drawings for Graphviz.
@Suite struct DrawingTests {
  static let graphviz = ["/usr/bin/dot", "/usr/local/bin/dot", "/opt/homebrew/bin/dot"].first(
    where: FileManager.default.isExecutableFile)

  private func drawing(_ text: String) throws -> [String] {
    let dot = try ONNXDrawing.dot(ONNXText.parse(Data(text.utf8)))
    return String(decoding: dot, as: UTF8.self).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  private static let branches = """
    g (float[N,2] x, bool c) => (float[N] y) <float[2,2] w = {1, 2, 3, 4}, float b = {0.5}, float[N,2] t>
    {
      [first] t = Gemm <alpha: float = 0.25, transB: int = 1> (x, w, b)
      y = If (c) <then_branch: graph = a () => (float r) { u = Cast <to: int = 11> (t) r = Add(u, b) }>
    }
    """

  @Test func nodesAreCallsValuesAndTensors() throws {
    let lines = try drawing(Self.branches)
    #expect(lines.first == "digraph \"g\" {" && lines.last == "}")
    func id(_ label: String) throws -> String {
      let line = try #require(lines.first { $0.contains("[label=\"\(label)\"") }, "\(label): \(lines)")
      return String(line.prefix { $0 != " " })
    }
    let gemm = try id("Gemm\\nalpha = 0.25\\ntransB = 1")
    let branch = try id("If")
    for label in ["x\\nfloat[N,2]", "w\\nfloat[2,2]", "b\\nfloat {0.5}"] {
      let source = try id(label)
      #expect(lines.contains { $0.hasPrefix("\(source) -> \(gemm) [tooltip=") }, "\(label): \(lines)")
    }
    // The type of t is that of the line; it leads into the graph of the branch.
    #expect(
      try lines.contains("\(gemm) -> \(id("Cast\\nto = double")) [label=\"float[N,2]\", tooltip=\"t\"]"), "\(lines)")
    #expect(try lines.contains("\(id("r\\nfloat")) -> \(branch) [style=dashed]"))
    #expect(lines.contains("label=\"then_branch of If\""))
    // A number has a node at each of its two uses.
    #expect(lines.count { $0.contains("[label=\"b\\nfloat {0.5}\"") } == 2)
    let output = try id("y\\nfloat[N]")
    #expect(lines.contains { $0.hasPrefix("\(branch) -> \(output) ") })
  }

  private static let hostile = #"""
    "g\"}" (float["a\"]"] "\\N\\", float "x -> y") => (float "<b>&amp;</b>")
    {
      "<b>&amp;</b>" = "\"]; evil" <"a\"": string = "\\l\#n\#u{7}", long: strings = ["\#(long)"]>
        ("\\N\\", "x -> y", "missing", "")
    }
    """#
  private static let long = String(repeating: "x", count: 300)

  @Test func textsOfTheModelAreEscaped() throws {
    let lines = try drawing(Self.hostile)
    #expect(lines.first == #"digraph "g\"}" {"#)
    for label in [
      #"\\N\\\nfloat[\"a\\\"]\"]"#, #"x -> y\nfloat"#, #"<b>&amp;amp;</b>\nfloat"#,
      #"\"]; evil\na\" = '\\l  '\nlong = ['\#(Self.long.prefix(37))…"#,
    ] {
      #expect(lines.contains { $0.contains("[label=\"\(label)\"") }, "\(label): \(lines.joined(separator: "\n"))")
    }
  }

  @Test(.enabled(if: graphviz != nil, "Graphviz is not installed"), arguments: [branches, hostile])
  func graphvizReadsIt(_ text: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.dot")
      try Data(drawing(text).joined(separator: "\n").utf8).write(to: file)
      let process = Process()
      process.executableURL = URL(filePath: try #require(Self.graphviz))
      process.arguments = ["-Tsvg", file.path, "-o", folder.appendingPathComponent("model.svg").path]
      let pipe = Pipe()
      process.standardError = pipe
      try process.run()
      let messages = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0 && messages.isEmpty, "\(String(decoding: messages, as: UTF8.self))")
      let drawing = try String(contentsOf: folder.appendingPathComponent("model.svg"), encoding: .utf8)
      #expect(drawing.contains("</svg>"))
    }
  }
}
