import Foundation
import RunStore
import TestSupport
import Testing

/// Names, notes and tags of runs.
@Suite struct AnnotationTests {
  @Test func aRunThatTrainsIsAnnotated() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let claim = try store.sampleRun()
    let before = try store.run(claim.run)
    let digest = try store.checkpoint(of: claim.run).stateDigest
    let note = "first line\nsecond <b>line</b> 🦒"
    let result = try store.annotate(claim.run) { annotation in
      annotation.name = "baseline"
      annotation.note = note
      annotation.tags = ["b c", "a", "\"quoted\" \\"]
    }
    #expect(result == Annotation(name: "baseline", note: note, tags: ["b c", "a", "\"quoted\" \\"]))
    let run = try Store(path: folder.file()).run(claim.run)
    #expect(run.name == "baseline" && run.note == note && run.tags == ["\"quoted\" \\", "a", "b c"])
    #expect(run.updated == before.updated && run.status == .running)
    #expect(try store.checkpoint(of: claim.run).stateDigest == digest)
    // The training goes on.
    try store.commit(sampleState(1), claim: claim)
    try store.release(claim, status: .done)
    #expect(try store.resolve("baseline").run.id == claim.run)
    #expect(
      try store.query("SELECT name FROM tags WHERE run = '\(claim.run)' ORDER BY name").rows
        == [[.text("\"quoted\" \\")], [.text("a")], [.text("b c")]])
    #expect(try store.query("SELECT note FROM runs").rows == [[.text(note)]])
    try store.annotate(claim.run) { $0 = Annotation() }
    let plain = try store.run(claim.run)
    #expect(plain.name == nil && plain.note == nil && plain.tags == [])
    #expect(try store.verify().problems == [])
  }

  @Test func runsAreFoundByTagAndText() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let runs = try (0..<3).map { _ in try store.sampleRun().run }
    try store.annotate(runs[0]) { $0.tags = ["seed study", "good"] }
    try store.annotate(runs[1]) { ($0.tags, $0.note) = (["good"], "Collapsed at 4,000") }
    func found(_ filter: RunFilter) throws -> Set<String> { Set(try store.runs(filter).map(\.id)) }
    #expect(try found(RunFilter(tag: "good")) == Set(runs[0...1]))
    #expect(try found(RunFilter(tag: "seed study")) == [runs[0]])
    #expect(try found(RunFilter(tag: "seed")) == [])
    #expect(try found(RunFilter(text: "COLLAPSED")) == [runs[1]])
    #expect(try found(RunFilter(text: "study")) == [runs[0]])
    #expect(try store.runCount(RunFilter(tag: "good")) == 2)
  }

  @Test(arguments: ["", "a,b", " a", "a ", "a\nb", "a\0b"]) func tagsHaveAForm(_ tag: String) throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let run = try store.sampleRun().run
    let error = #expect(throws: StoreError.self) { try store.annotate(run) { $0.tags = ["good", tag] } }
    #expect(error?.code == .invalidName)
    #expect(try store.run(run).tags == [])
  }

  @Test func namesAreThoseThatARunCanHave() throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let (one, other) = (try store.sampleRun(name: "one").run, try store.sampleRun(name: "other").run)
    try store.add(try namedGraph())
    func refused(_ name: String) -> StoreError.Code? {
      (#expect(throws: StoreError.self) { try store.annotate(one) { ($0.name, $0.note) = (name, "kept?") } })?.code
    }
    #expect(refused("other") == .nameTaken && refused("digits") == .nameTaken)
    #expect(refused("") == .invalidName && refused("a@3") == .invalidName && refused("a\0") == .invalidName)
    #expect(try store.run(one).name == "one" && store.run(one).note == nil && store.run(other).name == "other")
    // Its own name is no other run's.
    try store.annotate(one) { $0.name = "one" }
    #expect(#expect(throws: StoreError.self) { try store.annotate("0000000") { _ in } }?.code == .unknownRun)
    #expect(
      #expect(throws: StoreError.self) { try folder.store(readOnly: true).annotate(one) { $0.name = "two" } }?.code
        == .readOnly)
  }

  /// A file from elsewhere can have anything in the column.
  @Test(arguments: ["", "{", "[1]", "\"a\"", "[null]"]) func damagedTagsAreNamed(_ text: String) throws {
    let folder = try TemporaryFolder()
    let store = try folder.store()
    let run = try store.sampleRun().run
    try OtherProgram(folder.file()).run("UPDATE run SET tags = '\(text)'")
    #expect(#expect(throws: StoreError.self) { try store.run(run) }?.code == .corrupt)
  }
}
