import Foundation
import Testing

/// The scripts on machines without a toolchain, data, a network or rights.
@Suite struct ScriptTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every script that a user can start.
  static let scripts: [String] = {
    let folder = root.appending(path: "script")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { FileManager.default.isExecutableFile(atPath: folder.appending(path: $0).path) }.sorted()
  }()

  /// The options that the header of a script names with a value: `[--minutes N]`.
  static let options: [(script: String, option: String)] = scripts.flatMap { script in
    let text = (try? String(contentsOf: root.appending(path: "script/\(script)"), encoding: .utf8)) ?? ""
    return text.matches(of: /\[(--[a-z]+) [A-Z]+\]/).map { (script, String($0.1)) }
  }

  @Test func thereAreScriptsAndOptions() {
    #expect(Self.scripts.contains("demo") && Self.scripts.contains("check-fresh"))
    #expect(Self.options.contains { $0 == ("demo", "--minutes") })
  }

  @Test(arguments: scripts) func helpIsPrintedBeforeAnythingIsDone(_ script: String) throws {
    for option in ["--help", "-h"] {
      let outcome = try BareMachine().run(script, option)
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
      #expect(outcome.output.contains("script/\(script)"), "\(outcome)")
    }
  }

  @Test(arguments: scripts) func wrongArgumentsAreRefusedBeforeAnythingIsDone(_ script: String) throws {
    let outcome = try BareMachine().run(script, "--frob")
    #expect(outcome.code == 64 && outcome.output.isEmpty, "\(outcome)")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 1 && outcome.errors.contains("--frob"), "\(outcome)")
    #expect(outcome.errors.contains("(usage: script/\(script)"), "\(outcome)")
  }

  @Test(arguments: options) func optionsNeedTheirValue(_ script: String, _ option: String) throws {
    let outcome = try BareMachine().run(script, option)
    #expect(outcome.code == 64, "\(outcome)")
    #expect(outcome.errors.contains("\(option): expected a value, found none (usage: script/\(script)"), "\(outcome)")
  }

  @Test(arguments: ["0", "-1", "two", "1.5", "--data"]) func minutesAreWholeNumbers(_ minutes: String) throws {
    let outcome = try BareMachine().run("demo", "--minutes", minutes)
    #expect(outcome.code == 64, "\(outcome)")
    #expect(outcome.errors.contains("--minutes \(minutes): expected a whole number from 1"), "\(outcome)")
  }

  @Test(arguments: options.filter { $0.option == "--data" }.map(\.script))
  func dataMustBeInItsFolder(_ script: String) throws {
    let machine = try BareMachine()
    let empty = try machine.run(script, "--data", machine.folder.path)
    #expect(empty.code == 1, "\(empty)")
    #expect(empty.errors.contains("--data \(machine.folder.path): expected train-images-idx3-ubyte"), "\(empty)")
    let missing = try machine.run(script, "--data", "/nowhere")
    #expect(missing.code == 1 && missing.errors.contains("--data /nowhere: expected a folder"), "\(missing)")
  }

  @Test(arguments: ["setup", "build", "test", "demo", "certify"])
  func toolchainsThatCannotStartAreNamed(_ script: String) throws {
    let machine = try BareMachine()
    try machine.installBrokenProgram("swift")
    let compiler = try machine.run(script)
    #expect(compiler.code == 1 && compiler.output.isEmpty, "\(compiler)")
    #expect(compiler.errors.contains("'swift --version' does not start"), "\(compiler)")
    #expect(compiler.errors.contains(BareMachine.missingLibrary), "\(compiler)")

    try machine.installBrokenProgram("swift-build")
    try machine.install("swift", "[[ $1 == --version ]] && echo 'Swift version 6.3.1' || exec swift-build")
    let packages = try machine.run(script)
    #expect(packages.code == 1 && packages.output.isEmpty, "\(packages)")
    #expect(packages.errors.contains("'swift build --version' does not start"), "\(packages)")
    #expect(packages.errors.contains(BareMachine.missingLibrary), "\(packages)")
  }

  @Test func toolchainsThatAreMissingOrTooOldAreNamed() throws {
    let machine = try BareMachine()
    #expect(try machine.run("setup").errors.contains("there is no swift here"))
    try machine.install("swift", "echo 'Swift version 6.1.2 (swift-6.1.2-RELEASE)'")
    let old = try machine.run("setup")
    #expect(old.code == 1 && old.errors.contains("version 6.1.2, and zoo needs 6.2 or later"), "\(old)")
  }

  @Test func withoutANetworkTheNetworkIsNamed() throws {
    let machine = try BareMachine()
    try machine.installSwift()
    try machine.install("apt-get", "echo \"$@\" >>\"$(dirname \"$0\")/apt.log\"; exit 100")
    try machine.install("apt-cache", "exit 100")
    try machine.install("dpkg-query", "exit 1")
    try machine.install("sudo", "[[ $1 == -n ]] || exec env \"$@\"")
    let outcome = try machine.run("setup")
    #expect(outcome.code == 1 && outcome.errors.contains("Check the network"), "\(outcome)")
    #expect(!outcome.errors.contains("another name"), "\(outcome)")
    #expect(try machine.text("tools/apt.log").contains("--error-on=any"))
  }

  @Test(.enabled(if: Sandbox.canBecomeNobody))
  func aUserOfATerminalIsAskedOnceAndTold() throws {
    let machine = try BareMachine()
    try machine.installSwift()
    try machine.install("apt-get", "exit 100")
    try machine.install("dpkg-query", "exit 1")
    try machine.install("sudo", "printf '%s\\n' \"$1\" >>\"$(dirname \"$0\")/sudo.log\"; exit 1")
    for tool in ["setpriv", "script", "cp"] { try machine.link(tool) }
    // A copy, as in a repository folder that only its owner can read.
    let setup = machine.folder.appending(path: "script/setup").path
    let outcome = try machine.shell(
      """
      cp -r '\(Self.root.path)/script' . && chmod -R a+rwX .
      setpriv --reuid=65534 --regid=65534 --clear-groups script -qec '\(setup)' /dev/null </dev/null
      """)
    #expect(outcome.code == 1, "\(outcome)")
    #expect(outcome.output.contains("Have an administrator run:"), "\(outcome)")
    #expect(outcome.output.contains("apt-get install --no-install-recommends g++"), "\(outcome)")
    let asked = try machine.text("tools/sudo.log").split(separator: "\n").filter { $0 != "-n" }
    #expect(asked == ["-v"])
  }

  @Test func numbersAndTimesAreWrittenForReaders() throws {
    let machine = try BareMachine()
    let outcome = try machine.shell(
      "source '\(Self.root.path)/script/common.sh'; count 1 minute; count 2 minute; duration 59; duration 95")
    #expect(outcome.output == "1 minute\n2 minutes\n59 s\n1 min 35 s\n", "\(outcome)")
  }

  /// SwiftPM compiles everything again when its flags change. Packages of the examples have a folder of their own.
  @Test(arguments: scripts) func everyBuildHasTheSameFlags(_ script: String) throws {
    let text = try String(contentsOf: Self.root.appending(path: "script/\(script)"), encoding: .utf8)
    let builds = text.split(separator: "\n").filter {
      !$0.hasPrefix("#") && $0.contains(/\bswift (build|test|run) -*["a-z]/) && !$0.contains("--version")
    }
    for build in builds where !build.contains("say ") && !build.contains("--package-path \"$root/Examples/") {
      #expect(build.contains("\"${release[@]}\""), "\(build)")
    }
  }
}
