import Foundation
import FoundationXML
import GraphIR
import TensorFiles
import Testing

/// Graphs from ONNX files: import, list, show, run, export, rm.
@Suite struct GraphCommandTests {
  static let python = ProcessInfo.processInfo.environment["ZOO_PYTHON"]

  /// A sandbox with `small.onnx` and the samples in `x.npy`.
  private func withFile(rounds: Bool = false) throws -> Sandbox {
    let sandbox = try Sandbox(images: 1)
    try SmallModel.write(to: sandbox.file("small.onnx"), rounds: rounds)
    try save(tensor: SmallModel.samples, to: sandbox.file("x.npy").path)
    return sandbox
  }

  private func withGraph() throws -> Sandbox {
    let sandbox = try withFile()
    try sandbox.succeed("import", "small.onnx")
    return sandbox
  }

  private func imported(_ sandbox: Sandbox, _ arguments: String...) throws -> [String: Any] {
    let outcome = try sandbox.start(["import", "small.onnx", "--json"] + arguments).wait()
    #expect(outcome.code == 0, "\(outcome)")
    return try #require(outcome.json() as? [String: Any])
  }

  private func result(_ sandbox: Sandbox, _ arguments: String...) throws -> TensorValue {
    let outcome = try sandbox.start(["run"] + arguments + ["--input", "x=x.npy", "--output-dir", "."]).wait()
    #expect(outcome.code == 0, "\(outcome)")
    return try loadTensor(from: sandbox.file("y.npy").path)
  }

  @Test func importSaysWhatTheFileBecame() throws {
    let sandbox = try withFile()
    let text = try sandbox.succeed("import", "small.onnx").output
    for line in [
      "graph small from small.onnx, written by tests 7", "inputs      x  float32[batch, 2]",
      "outputs     y  float32[batch, 2]", "nodes       4", "parameters  6 trainable in 2 tensors",
      "buffers     1 tensor", "constants   1 floating-point tensor", "  scale  float32[2]  buffer: the file says so",
      "  one  float32[]  constant: the file says so", "derivatives orders 1 to 3; higher ones are not checked",
      "see it:     zoo show small", "run it:     zoo run small --input x=x.npy",
      "export it:  zoo export small -o small-graph.onnx",
    ] {
      #expect(text.split(separator: "\n").contains { $0 == line }, "\(line): \(text)")
    }
    // The commands that it advises work.
    for line in text.split(separator: "\n") where line.contains("it:  ") {
      let outcome = try sandbox.shell("zoo() { $ZOO \"$@\"; }; \(line.drop { $0 != "z" })")
      #expect(outcome.code == 0, "\(line): \(outcome)")
    }
  }

  @Test func rolesAreDecidedByOptions() throws {
    let sandbox = try withFile()
    func roles(_ record: [String: Any]) throws -> [String: String] {
      let origin = try #require(record["origin"] as? [String: Any])
      let initializers = try #require(origin["initializers"] as? [[String: Any]])
      return try Dictionary(
        uniqueKeysWithValues: initializers.map {
          (try #require($0["name"] as? String), try #require($0["role"] as? String))
        })
    }
    let plain = try imported(sandbox)
    #expect(plain["trainableParameters"] as? Int == 6 && plain["buffers"] as? Int == 1)
    #expect(
      try roles(plain) == [
        "linear.weight": "parameter", "linear.bias": "parameter", "scale": "buffer", "one": "constant",
      ])
    let asked = try imported(sandbox, "--name", "asked", "--trainable", "sc*", "--constant", "*.bias")
    #expect(asked["trainableParameters"] as? Int == 6 && asked["buffers"] as? Int == 0)
    #expect(
      try roles(asked) == [
        "linear.weight": "parameter", "linear.bias": "constant", "scale": "parameter", "one": "constant",
      ])
    let fixed = try imported(sandbox, "--name", "fixed", "--dim", "batch=2")
    let inputs = try #require(fixed["inputs"] as? [[String: Any]])
    #expect(inputs.first?["type"] as? String == "float32[2, 2]")
    #expect((fixed["origin"] as? [String: Any])?["dimensions"] as? [String: Int] == ["batch": 2])
    for name in ["small", "asked", "fixed"] { #expect(try result(sandbox, name) == SmallModel.results, "\(name)") }
  }

  @Test func manyInitializersAreCutOff() throws {
    let sandbox = try Sandbox(images: 1)
    try SmallModel.writeSum(of: 15, to: sandbox.file("sum.onnx"))
    let lines = try sandbox.succeed("import", "sum.onnx").output.split(separator: "\n")
    #expect(lines.count { $0.hasSuffix("buffer: the file says so") } == 12 && lines.contains("  and 3 more"))
  }

  @Test func anObstacleToDerivativesIsNamed() throws {
    let sandbox = try withFile(rounds: true)
    let text = try sandbox.succeed("import", "small.onnx").output
    #expect(text.contains("derivatives none\n  node 'steps' (Round) has no derivative of order 1: "), "\(text)")
    let record = try #require(try sandbox.succeed("show", "small", "--json").json() as? [String: Any])
    let derivatives = try #require(record["derivatives"] as? [String: Any])
    #expect(derivatives["orders"] as? Int == 0 && (derivatives["obstacles"] as? [String])?.count == 1)
  }

  @Test func aGraphIsRunLikeItsFile() throws {
    let sandbox = try withGraph()
    #expect(try result(sandbox, "small") == SmallModel.results)
    #expect(try result(sandbox, "small.onnx") == SmallModel.results)
    #expect(try result(sandbox, "small", "--dim", "batch=2") == SmallModel.results)
    #expect(try result(sandbox, "small.onnx", "--dim", "batch=2") == SmallModel.results)
    let run = ["run", "small", "--input", "x=x.npy"]
    for (arguments, code, phrase) in [
      (["--dim", "batch=3"], 1, "expected float32[3, 2]"), (["--dim", "rows=2"], 1, "no symbolic dimension 'rows'"),
      (["--dim", "batch"], 64, "expected NAME=EXTENT"), (["--dim", "batch=0"], 64, "from 1 to"),
      (["--network", "critic"], 64, "--network is for runs only"),
    ] as [([String], Int32, String)] {
      sandbox.check(try sandbox.start(run + arguments).wait(), failed: code, saying: [phrase], "\(arguments)")
    }
  }

  @Test func graphsAreListedShownAndDeleted() throws {
    let sandbox = try withGraph()
    try sandbox.succeed("import", "small.onnx", "--name", "it's another")
    let table = try sandbox.succeed("list", "graphs").output.split(separator: "\n")
    #expect(table.count == 3 && table[0].hasPrefix("GRAPH") && table[1].hasPrefix("it's another"))
    #expect(table[2].contains("small") && table[2].contains("float32[batch, 2]"))
    #expect(try sandbox.succeed("list").output.contains("it's another"))
    let listed = try #require(try sandbox.succeed("list", "graphs", "--json").json() as? [[String: Any]])
    #expect(listed.map { $0["name"] as? String } == ["it's another", "small"])
    #expect(listed[1]["nodes"] as? Int == 4 && listed[1]["parameters"] as? Int == 6 && listed[1]["bytes"] as? Int == 32)
    let shown = try sandbox.succeed("show", "small").output
    for phrase in [
      "about       A small model.", "metadata    licence: none", "operators   Add 1, Gemm 1, Mul 1, Relu 1",
      "parameters  6 trainable in 2 tensors", "linear.weight  float32[2, 2]  parameter  the file says so",
    ] {
      #expect(shown.contains(phrase), "\(phrase): \(shown)")
    }
    #expect(try sandbox.succeed("show", "small", "--graphs").output.contains("Gemm"))
    try sandbox.fail("show", "small", "--metrics", code: 64, saying: ["'small' is a graph"])
    try sandbox.succeed("verify")
    try sandbox.succeed("backup", "copy.sqlite")
    #expect(try result(sandbox, "small", "--store", "copy.sqlite") == SmallModel.results)
    try sandbox.fail("rm", "small", code: 64, saying: ["--yes"])
    let removed = try sandbox.succeed("rm", "small", "it's another", "--yes").output
    #expect(removed.contains("deleted graph small, 4 nodes") && removed.contains("2 graphs: 36 B"), "\(removed)")
    #expect(try sandbox.succeed("list", "graphs").output.contains("No graphs yet"))
    #expect(try sandbox.succeed("verify").output.hasPrefix("0 tensors"))
  }

  @Test func aGraphIsExported() throws {
    let sandbox = try withGraph()
    let exported = try sandbox.succeed("export", "small").output
    #expect(exported.hasPrefix("small-graph.onnx  graph small, 4 nodes, 6 parameters, "), "\(exported)")
    // The exported file is the same model.
    try sandbox.succeed("import", "small-graph.onnx", "--name", "again")
    #expect(try result(sandbox, "again") == SmallModel.results)
    for (file, format) in [("a.safetensors", nil), ("a.npz", nil), ("b.npz", "npz")] as [(String, String?)] {
      let outcome = try sandbox.start(["export", "small", "-o", file] + (format.map { ["--format", $0] } ?? [])).wait()
      #expect(outcome.code == 0 && outcome.output.hasPrefix("\(file)  graph small"), "\(outcome)")
      #expect(try loadParameters(from: sandbox.file(file).path) == SmallModel.parameters)
    }
    try sandbox.succeed("export", "small", "--format", "safetensors")
    #expect(try loadParameters(from: sandbox.file("small-graph.safetensors").path) == SmallModel.parameters)
    let piped = try sandbox.shell("$ZOO export small --format npz -o - > piped.npz")
    #expect(piped.code == 0, "\(piped)")
    #expect(try loadParameters(from: sandbox.file("piped.npz").path) == SmallModel.parameters)
    try sandbox.fail("export", "small", "--format", "npz", "-o", "a.onnx", saying: ["ends in .npz"])
    try sandbox.fail("export", "small", "-o", "a.txt", saying: ["ends in .onnx or .onnxtxt or .dot or"])
    try sandbox.fail("export", "small", "--format", "npz", "--program", "critic", code: 64, saying: ["as onnx,"])
  }

  @Test(.enabled(if: python != nil, "ZOO_PYTHON names no Python with onnxruntime"))
  func onnxRuntimeRunsAnExportedGraph() throws {
    let sandbox = try withGraph()
    sandbox.environment["PYTHON"] = Self.python
    try sandbox.succeed("export", "small", "-o", "out.onnx")
    try sandbox.succeed("export", "small", "-o", "out.npz")
    let script = """
      import numpy, onnxruntime
      session = onnxruntime.InferenceSession('out.onnx', providers=['CPUExecutionProvider'])
      (y,) = session.run(['y'], {'x': numpy.load('x.npy')})
      assert y.tolist() == [[4, 6], [4, 1]], y
      values = numpy.load('out.npz')
      assert sorted(values.files) == ['linear.bias', 'linear.weight', 'scale'], values.files
      assert values['linear.weight'].tolist() == [[1, -2], [3, 4]]
      """
    try Data(script.utf8).write(to: sandbox.file("check.py"))
    let outcome = try sandbox.shell("\"$PYTHON\" check.py")
    #expect(outcome.code == 0, "\(outcome)")
  }

  @Test func aNetworkIsExportedAsTensors() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--threads", "1", "--name", "job")
    try sandbox.succeed("export", "job", "-o", "g.safetensors")
    try sandbox.succeed("export", "job", "-o", "g.npz")
    let tensors = try loadParameters(from: sandbox.file("g.safetensors").path)
    #expect(try !tensors.isEmpty && tensors == loadParameters(from: sandbox.file("g.npz").path))
    // The exported model has the same parameters.
    try sandbox.succeed("export", "job", "-o", "g.onnx")
    try sandbox.succeed("import", "g.onnx")
    try sandbox.succeed("export", "g", "-o", "again.safetensors")
    #expect(try loadParameters(from: sandbox.file("again.safetensors").path) == tensors)
    // A run and a graph do not share a name, and a run needs no graph's name.
    try sandbox.fail("import", "g.onnx", "--name", "job", saying: ["is called 'job' already"])
    try sandbox.fail("train", "wgan-gp-tiny", "--steps", "1", "--name", "g", saying: ["a graph is called 'g' already"])
    try sandbox.fail("fork", "job", "--name", "g", saying: ["a graph is called 'g' already"])
    try sandbox.fail("resume", "g", saying: ["'g' is a graph, expected a run", "zoo list runs"])
    let run = try sandbox.newestRun()
    try sandbox.succeed("rm", "job", "g", "--yes")
    try sandbox.fail("show", run, saying: ["no run or graph is '\(run)'"])
  }

  @Test func unknownNamesAreHinted() throws {
    let sandbox = try withGraph()
    for command in ["show", "export", "run"] {
      try sandbox.fail(command, "smal", saying: ["no run or graph is 'smal'", "did you mean 'small'?"])
    }
    try sandbox.fail("rm", "smal", "--yes", saying: ["no run or graph is 'smal'", "zoo list"])
    try sandbox.fail("export", "small@latest", saying: ["'small' is a graph, which has no checkpoints"])
    try sandbox.fail("import", "small.onnx", saying: ["a graph is called 'small' already; choose another name"])
    try sandbox.fail("import", "small.onnx", "--name", "a@b", saying: ["'a@b' can't name a graph"])
    try sandbox.fail("import", "small.onnx", "--name", "a\nb", saying: ["expected one line"])
    try sandbox.fail("import", "small.onnx", "--name", "b", "--dim", "n=2", saying: ["no symbolic dimension 'n'"])
  }

  @Test func afterAFailedImportTheStoreIsAsBefore() throws {
    let sandbox = try withFile()
    let whole = try Data(contentsOf: sandbox.file("small.onnx"))
    try whole.prefix(whole.count / 2).write(to: sandbox.file("half.onnx"))
    try Data("no model".utf8).write(to: sandbox.file("text.onnx"))
    for file in ["half.onnx", "text.onnx", "missing.onnx", "."] { try sandbox.fail("import", file, saying: []) }
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
    try sandbox.succeed("import", "small.onnx")
    let store = try Data(contentsOf: sandbox.file("zoo.sqlite"))
    for file in ["half.onnx", "text.onnx", "missing.onnx"] { try sandbox.fail("import", file, saying: [file]) }
    #expect(try Data(contentsOf: sandbox.file("zoo.sqlite")) == store)
  }

  /// A drawing has a text for each operator, input and output, and is valid XML.
  @Test func graphsAreDrawn() throws {
    let sandbox = try Sandbox()
    try SmallModel.write(to: sandbox.file("small.onnx"))
    try sandbox.succeed("import", "small.onnx")
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--seed", "1", "--name", "job")
    for (reference, name, texts) in [
      ("small", nil, ["x", "y"]), ("small.onnx", nil, ["x", "y"]), ("wgan-gp-tiny", "critic", ["Gemm"]),
      ("job", "critic", ["Gemm"]), ("job", "program/critic", ["Gemm", "data/real", "wasserstein"]),
    ] as [(String, String?, [String])] {
      let outcome = try sandbox.start(
        ["show", reference, "--graph"] + (name.map { [$0] } ?? []) + ["-o", "graph.svg", "--json"]
      ).wait()
      #expect(outcome.code == 0, "\(outcome)")
      let record = try #require(outcome.json() as? [String: Any])
      let data = try Data(contentsOf: sandbox.file("graph.svg"))
      #expect(record["bytes"] as? Int == data.count)
      #expect(XMLParser(data: data).parse())
      let drawing = String(decoding: data, as: UTF8.self)
      for text in texts { #expect(drawing.contains(">\(text)"), "\(reference) \(name ?? ""): \(text)") }
    }
    try sandbox.fail("show", "job", "--graph", "critic", "-o", "graph.png", saying: ["'graph.png'", ".svg"])
  }
}
