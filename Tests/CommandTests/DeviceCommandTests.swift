import Accelerator
import Foundation
import TestSupport
import Testing

/// `--device` and `zoo devices`.
@Suite struct DeviceCommandTests {
  private static let train = ["train", "wgan-gp-tiny", "--seed", "7", "--checkpoint-every", "3", "--device", "cpu-xla"]

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    sandbox.environment["XDG_CACHE_HOME"] = sandbox.file("cache").path
    return sandbox
  }

  @Test(.enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)"), arguments: [1, 2])
  func killedAtRandomMomentsItEndsWithTheSameBits(devices: Int) throws {
    let sandbox = try sandbox()
    let arguments = Self.train + ["--devices", "\(devices)"]
    var running = try sandbox.start(arguments + ["--steps", "1000000"])
    #expect(running.wait { sandbox.newestRunIfAny() != nil })
    let run = try sandbox.newestRun()
    for _ in 0..<5 {
      usleep(.random(in: 0...900_000))
      running.send(SIGKILL)
      #expect(try running.wait().signal == SIGKILL)
      running = try sandbox.start(["resume", run])
    }
    running.send(SIGKILL)
    _ = try running.wait()
    let last = try #require((sandbox.run("show", run, "--json").json() as? [String: Any])?["step"] as? Int)
    try sandbox.succeed("resume", run, "--steps", "10")
    let straight = try sandbox.start(arguments + ["--steps", "\(last + 10)", "--store", "2.sqlite"]).wait()
    #expect(straight.code == 0, "\(straight)")
    let other = try sandbox.newestRun(store: "2.sqlite")
    #expect(try sandbox.digest(run) == sandbox.digest(other, store: "2.sqlite"))
  }

  @Test(.enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)")) func devicesAreListed() throws {
    let sandbox = try sandbox()
    let records = try #require(sandbox.succeed("devices", "--json").json() as? [[String: Any]])
    #expect(records.map { $0["name"] as? String } == ["cuda", "tpu", "cpu-xla"])
    let processor = try #require(records.last)
    #expect((processor["devices"] as? [[String: Any]])?.count == 1)
    #expect(processor["interface"] as? String == "0.115")
    let text = try sandbox.succeed("devices").output
    #expect(text.contains("tpu: no plugin was found; pip install libtpu"))
    #expect(text.contains("cpu-xla: cpu\n"))
  }

  @Test(.enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)")) func aRunNeedsItsPlugin() throws {
    let sandbox = try sandbox()
    let trained = try sandbox.start(Self.train + ["--steps", "6"]).wait()
    #expect(trained.code == 0, "\(trained)")
    // Nothing but the program's own messages is printed.
    #expect(trained.errors.split(separator: "\n").allSatisfy { $0.contains("steps/s") }, "\(trained.errors)")
    let run = try sandbox.newestRun()
    sandbox.environment["ZOO_PYTHON"] = "/nonexistent"
    sandbox.environment["PATH"] = "/nonexistent"
    let refused = try sandbox.run("resume", run, "--until", "9")
    sandbox.check(refused, saying: ["device 'cpu-xla' has no plugin here", "lammps-jax-pjrt-cpu"])
    #expect(try sandbox.digest(run) == sandbox.digest(run), "the run is as before")
  }

  @Test(.enabled(if: CPUPlugin.isAvailable, "\(CPUPlugin.missing)")) func aDamagedCacheIsNotRead() throws {
    let sandbox = try sandbox()
    let train = Self.train + ["--steps", "6"]
    #expect(try sandbox.start(train).wait().code == 0)
    let digest = try sandbox.digest(sandbox.newestRun())
    let cache = sandbox.file("cache/zoo/programs")
    let files = try FileManager.default.contentsOfDirectory(at: cache, includingPropertiesForKeys: nil)
    #expect(files.count == 2, "the critic and the generator")
    for (index, file) in files.enumerated() {
      var bytes = try Data(contentsOf: file)
      if index == 0 { bytes.removeLast(bytes.count / 2) } else { bytes[bytes.count / 2] ^= 255 }
      try bytes.write(to: file)
    }
    #expect(try sandbox.start(train + ["--store", "2.sqlite"]).wait().code == 0)
    #expect(try sandbox.digest(sandbox.newestRun(store: "2.sqlite"), store: "2.sqlite") == digest)
    // They were compiled again, and kept.
    #expect(try sandbox.start(train + ["--store", "3.sqlite"]).wait().code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).count == 2)
  }

  @Test func whatIsNoDeviceIsRefused() throws {
    let sandbox = try sandbox()
    let train = ["train", "wgan-gp-tiny", "--steps", "1"]
    for (arguments, phrase) in [
      (["--device", "gpu"], "device 'gpu' is unknown: expected cuda, tpu, cpu-xla"),
      (["--device", "./none.so"], "none.so' can't be read"),
      (["--device", "cuda:1", "--devices", "2"], "more than one"),
    ] {
      sandbox.check(try sandbox.start(train + arguments).wait(), saying: [phrase])
    }
    for arguments in [["--devices", "2"], ["--device", "cuda", "--eager"]] {
      sandbox.check(try sandbox.start(train + arguments).wait(), failed: 64, saying: ["--device"])
    }
    #expect(sandbox.newestRunIfAny() == nil)
  }
}
