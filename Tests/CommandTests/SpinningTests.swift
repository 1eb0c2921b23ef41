import Foundation
import Testing

/// The program limits the time that waiting threads spin: it sets OpenMP's limit before OpenMP starts, and no other
/// setting.
@Suite struct SpinningTests {
  /// The settings that OpenMP reports.
  private func spinCount(_ sandbox: Sandbox) throws -> String? {
    sandbox.environment["OMP_DISPLAY_ENV"] = "verbose"
    let lines = try sandbox.succeed("--version").errors.split(separator: "\n")
    return lines.first { $0.contains("GOMP_SPINCOUNT") }?.split(separator: "'").last.map(String.init)
  }

  @Test func openMPIsTold() throws {
    let sandbox = try Sandbox(images: 1)
    for name in ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"] { sandbox.environment[name] = nil }
    #expect(try spinCount(sandbox) == "4000")
    // The user's settings are not changed.
    sandbox.environment["GOMP_SPINCOUNT"] = "77"
    #expect(try spinCount(sandbox) == "77")
    sandbox.environment["GOMP_SPINCOUNT"] = nil
    sandbox.environment["OMP_WAIT_POLICY"] = "passive"
    #expect(try spinCount(sandbox) == "0")
  }

  @Test func anEmptyEnvironmentWillDo() throws {
    let outcome = try Sandbox(images: 1).shell("env -i $ZOO --version && env -i ONLY=1 $ZOO --version")
    #expect(outcome.code == 0, "\(outcome)")
  }

  /// A worker that the program starts has the environment of the user.
  @Test func noProcessInheritsIt() throws {
    let sandbox = try Sandbox(images: 1)
    for name in ["GOMP_SPINCOUNT", "OMP_WAIT_POLICY"] { sandbox.environment[name] = nil }
    let worker = sandbox.file("python")
    try "#!/bin/sh\ncat /proc/$$/environ > '\(sandbox.file("seen").path)'\nexit 1\n".write(
      to: worker, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: worker.path)
    let recipe = """
      name: point
      summary: A worker that only looks at its environment
      algorithm: ppo
      env: {gymnasium: CartPole-v1}
      networks: {actor: {layers: []}, critic: {layers: []}}
      steps: 8
      """
    try recipe.write(to: sandbox.file("point.yaml"), atomically: true, encoding: .utf8)
    sandbox.environment["ZOO_PYTHON"] = worker.path
    #expect(try sandbox.start(["train", "point.yaml"]).wait().code == 1)
    let seen = Set(
      try String(contentsOf: sandbox.file("seen"), encoding: .utf8).split(separator: "\0").map(String.init))
    #expect(!seen.contains { $0.hasPrefix("GOMP_SPINCOUNT=") })
    for (name, value) in sandbox.environment { #expect(seen.contains("\(name)=\(value)"), "\(name)") }
  }
}
