import Environments
import FileOutput
import Foundation
import Pictures
import Rendering
import Testing

@Suite("Films")
struct FilmTests {
  /// An environment with a different name or state.
  private struct Disguised: VectorWrapper {
    var base: any VectorEnvironment
    let id: String
    let state: EnvironmentState
  }

  /// An episode of at most 60 steps, which pushes in the direction of the task's motion.
  private func film(_ id: EnvironmentID, steps: Int = 60) throws -> Film {
    var environment = try id.makeVector(count: 1, seed: 5, autoresetMode: .disabled)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 5, into: &step)
    var film = try Film(of: environment)
    try film.record(environment)
    while !step.isOver(0), film.count <= steps {
      let isForward = step.observations[id == .acrobot ? 4 : step.observations.count - 1] > 0
      let action: Action =
        switch environment.actionSpace {
        case .discrete(let count, _): .discrete(isForward ? count - 1 : 0)
        case .multiDiscrete, .multiBinary: preconditionFailure("several actions at once")
        case .box(let bounds): .continuous(isForward ? bounds.high : bounds.low)
        }
      try environment.step(ActionBatch(action), into: &step)
      try film.record(environment, after: action)
    }
    return film
  }

  /// The greatest difference of a byte.
  private func difference(_ a: Picture, _ b: Picture) -> Int {
    zip(a.pixels, b.pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
  }

  @Test(
    "A GIF has each picture, the environment's pace and no end",
    arguments: zip(EnvironmentID.allCases, [50.0, 15, 30, 30]))
  func gif(_ id: EnvironmentID, _ framesPerSecond: Double) throws {
    let film = try film(id)
    let decoded = try DecodedGIF(film.gifData())
    #expect(film.framesPerSecond == framesPerSecond)
    #expect(decoded.frames.count == film.count && film.count > 8)
    #expect(decoded.loop == [1, 0, 0])
    for index in 0..<film.count {
      // If 256 colours do not suffice, the nearest differs by at most one shade, a sixteenth.
      #expect(difference(decoded.frames[index], film[index]) <= 16, "frame \(index)")
      let shown = decoded.delays[...index].reduce(0, +)
      #expect(abs(Double(shown) - Double(index + 1) * 100 / framesPerSecond) <= 0.5)
    }
    // The moving part is small.
    #expect(decoded.areas[0] == film[0].width * film[0].height)
    #expect(decoded.areas.dropFirst().allSatisfy { $0 < decoded.areas[0] / 3 })
  }

  @Test("Few colours are kept exactly", arguments: [EnvironmentID.cartPole, .mountainCarContinuous])
  func exactColors(_ id: EnvironmentID) throws {
    let film = try film(id)
    #expect(try DecodedGIF(film.gifData()).frames == (0..<film.count).map { film[$0] })
  }

  @Test(
    "A sheet shows evenly spaced frames, first and last included",
    arguments: [(9, 5, 3), (61, 12, 4), (3, 12, 4), (5, 1, 4)])
  func sheet(_ frames: Int, _ count: Int, _ columns: Int) throws {
    let film = try film(.pendulum, steps: frames - 1)
    try #require(film.count == frames)
    let expected = [9: [0, 2, 4, 6, 8], 61: [0, 5, 11, 16, 22, 27, 33, 38, 44, 49, 55, 60], 3: [0, 1, 2], 5: [0]][
      frames]
    let sheet = film.contactSheet(count: count, columns: columns)
    let tiles = try #require(expected).map { film[$0].reduced(by: 2) }
    #expect(sheet == Picture(tiles: tiles, columns: columns, padding: 4, background: 204))
    #expect(sheet.width == 4 + min(columns, tiles.count) * 254)
  }

  @Test("Wrappers change nothing, and each environment has its own picture")
  func wrappersAndCopies() throws {
    let environment = try EnvironmentID.cartPole.makeVector(count: 3, seed: 11)
    let wrapped = try NormalizeObservation(RecordEpisodeStatistics(environment))
    for copy in 0..<3 {
      let alone = try Picture(of: EnvironmentID.cartPole.makeVector(count: 1, seed: 11 + UInt64(copy)))
      #expect(try Picture(of: environment, copy: copy) == alone)
      #expect(try Picture(of: wrapped, copy: copy) == alone)
    }
    #expect(try Picture(of: environment, copy: 0) != Picture(of: environment, copy: 1))
  }

  @Test("The error of an environment without drawings lists the others")
  func unknownEnvironment() throws {
    let base = try EnvironmentID.cartPole.makeVector(count: 1, seed: 0)
    let lander = Disguised(base: base, id: "LunarLander-v3", state: try base.state)
    let error = #expect(throws: RenderingError.self) { try Film(of: lander) }
    #expect(error?.code == .unsupportedEnvironment)
    #expect(error?.description.contains("LunarLander-v3") == true)
    #expect(error?.description.contains("MountainCarContinuous-v0") == true)

    let opaque = Disguised(base: base, id: base.id, state: EnvironmentState(["worker/pickle": .int64([1])]))
    let other = #expect(throws: RenderingError.self) { try Picture(of: opaque) }
    #expect(other?.code == .unsupportedEnvironment)
    #expect(other?.description.contains("worker/pickle") == true)
  }

  @Test("A file's name determines its format, and the file is replaced as a whole", arguments: ["gif", "png", "GIF"])
  func files(_ kind: String) throws {
    try withFolder { folder in
      let film = try film(.cartPole, steps: 4)
      let url = folder.appending(path: "episode.\(kind)")
      let old = Data(repeating: 7, count: 1_000_000)
      try old.write(to: url)
      // A reader of the old file would see bytes that are written into it.
      let reader = try FileHandle(forReadingFrom: url)
      try film.write(to: url)
      #expect(try reader.readToEnd() == old)
      let expected = kind == "png" ? try film.contactSheet().pngData() : try film.gifData()
      #expect(try Data(contentsOf: url) == expected)
      #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == [url.lastPathComponent])
    }
  }

  @Test("A file that can't be written is an error with its path, and leaves no file behind", arguments: ["gif", "png"])
  func unwritable(_ kind: String) throws {
    try withFolder { folder in
      let film = try film(.cartPole, steps: 4)
      let missing = folder.appending(path: "missing/episode.\(kind)")
      let error = #expect(throws: OutputError.self) { try film.write(to: missing) }
      #expect(error?.code == .missingFolder && error?.description.contains("NSCocoaErrorDomain") == false)
      #expect(error?.description.contains(missing.path) == true)

      // A folder that is not empty has the name.
      let taken = folder.appending(path: "taken.\(kind)")
      try FileManager.default.createDirectory(at: taken.appending(path: "inside"), withIntermediateDirectories: true)
      #expect(throws: OutputError.self) { try film.write(to: taken) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken.\(kind)"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: taken.path) == ["inside"])

      let other = #expect(throws: OutputError.self) { try film.write(to: folder.appending(path: "episode.mp4")) }
      #expect(other?.code == .wrongEnding)
      #expect(other?.description.contains("episode.mp4") == true)
    }
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-film-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
