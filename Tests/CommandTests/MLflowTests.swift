import Foundation
import Testing

/// File stores of MLflow. `script/check-mlflow` reads them with MLflow.
@Suite struct MLflowTests {
  /// The files of a folder by their paths in it.
  private func files(_ folder: String, _ sandbox: Sandbox) throws -> [String: String] {
    let root = sandbox.file(folder)
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
    return try Dictionary(
      uniqueKeysWithValues: paths.compactMap { path -> (String, String)? in
        var isFolder: ObjCBool = false
        let file = root.appending(path: path)
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue else {
          return nil
        }
        return (path, String(decoding: try Data(contentsOf: file), as: UTF8.self))
      })
  }

  @Test func aSecondLogDoublesNothingAndFollowsTheRun() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed(
      "train", "wgan-gp-tiny", "--steps", "6", "--seed", "7", "--name", "job", "--set", "samples={every: 3, n: 4}")
    let run = try sandbox.newestRun()
    let log = ["log", "job", "--format", "mlflow", "-o", "mlruns"]
    #expect(try sandbox.start(log).wait().code == 0)
    let first = try files("mlruns", sandbox)
    #expect(try sandbox.start(log).wait().code == 0)
    #expect(try files("mlruns", sandbox) == first)
    let folder = "122111111/\(run)"
    // MILLISECONDS VALUE STEP, as the store has them.
    let rows = try sandbox.succeed("log", "job").output.split(whereSeparator: \.isNewline)
    let lines = try #require(first["\(folder)/metrics/critic"]).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.map { Int($0[2]) } == [1, 2, 3, 4, 5, 6])
    let values = rows.filter { $0.contains(",critic,") }.map { $0.split(separator: ",")[4] }
    #expect(lines.map { $0[1] } == values)
    #expect(first["\(folder)/params/seed"] == "7" && first["\(folder)/params/model"] == "wgan-gp-tiny")
    #expect(first.keys.count { $0.hasPrefix("\(folder)/artifacts/pictures/samples-") } == 2)
    #expect(first["\(folder)/meta.yaml"]?.contains("status: 3\n") == true)
    try sandbox.succeed("resume", "job", "--until", "9")
    #expect(try sandbox.start(log).wait().code == 0)
    let second = try files("mlruns", sandbox)
    #expect(second["\(folder)/metrics/critic"]?.split(separator: "\n").count == 9)
    #expect(second["122111111/meta.yaml"] == first["122111111/meta.yaml"])
    #expect(Set(second.keys.map { $0.split(separator: "/")[0] }) == ["122111111"])
  }

  /// Metrics and parameters with names that MLflow refuses, also in files of other programs.
  @Test func namesThatMLflowRefusesAreChangedAndSaid() throws {
    let sandbox = try Sandbox()
    let name = "x\" \\ : #é"
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "2", "--seed", "7", "--name", name)
    let run = try sandbox.newestRun()
    let script = """
      import sqlite3
      store = sqlite3.connect("zoo.sqlite")
      names = ["../../../../out", "/etc/x", "..", ".", "", "a/b", "a_b", "é", "line\\nbreak", "esc\\x1b", "x" * 300]
      names.append("x" * 299)
      for index, name in enumerate(names):
          for table in ["metric", "latest_metric"]:
              store.execute(f"INSERT INTO {table} VALUES (?, ?, 1, ?)", ["\(run)", name, float(index)])
      store.commit()
      """
    #expect(try sandbox.shell("python3 <<'END'\n\(script)\nEND").code == 0)
    let outcome = try sandbox.start(["log", name, "--format", "mlflow", "-o", "a/b/mlruns"]).wait()
    #expect(outcome.code == 0, "\(outcome)")
    for line in [
      "'a/b' is called 'a_b'", "'a_b' is called 'a_b_2'", "'..' is called '_..'", "'line\\nbreak' is called",
    ] {
      #expect(outcome.output.contains(line), "\(line): \(outcome.output)")
    }
    let found = try files("a", sandbox)
    #expect(found.keys.allSatisfy { $0.hasPrefix("b/mlruns/122111111/") })
    let metrics = found.keys.filter { $0.contains("/metrics/") }
    // Three metrics of the run, and all of the others.
    #expect(metrics.count == 3 + 12 && metrics.allSatisfy { $0.split(separator: "/").count == 6 }, "\(metrics)")
    let description = try #require(found["b/mlruns/122111111/\(run)/meta.yaml"])
    #expect(
      description.contains(#"run_name: "x\" \\ : #\U000000e9""#) && description.split(separator: "\n").count == 14)
    // The other forms keep the names.
    let rows = try sandbox.succeed("log", name, "--format", "json").json() as? [[String: Any]]
    #expect(Set(try #require(rows).compactMap { $0["name"] as? String }).count == 15)
    try sandbox.succeed("log", name, "--format", "tensorboard", "-o", "logs")
    #expect(try files("logs", sandbox).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.path).contains("out") == false)
  }
}
