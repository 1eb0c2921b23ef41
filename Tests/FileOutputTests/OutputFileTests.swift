import FileOutput
import Foundation
import Testing

/// Destinations: files, links, pipes and devices; and invalid ones.
@Suite struct OutputFileTests {
  /// A folder that is removed with the test.
  private final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "zoo-output-\(UUID().uuidString)")
    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }
    func path(_ name: String) -> String { url.appending(path: name).path }
  }

  private let new = Data("new".utf8)

  @Test func aFileIsReplacedWhole() throws {
    let folder = try Folder()
    try Data("old and longer".utf8).write(to: folder.url.appending(path: "grid.png"))
    try OutputFile(folder.path("grid.png"), endings: ["png"]).write(new)
    #expect(try Data(contentsOf: folder.url.appending(path: "grid.png")) == new)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["grid.png"])
  }

  /// Links to files, to missing files, over links, relative and absolute.
  @Test(arguments: [["there.png"], ["missing.png"], ["again.png", "there.png"]], [false, true])
  func linksAreFollowedAndStay(_ chain: [String], _ isAbsolute: Bool) throws {
    let folder = try Folder()
    try Data("old".utf8).write(to: folder.url.appending(path: "there.png"))
    for (link, target) in zip(["link.png"] + chain, chain) {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: isAbsolute ? folder.path(target) : target)
    }
    try OutputFile(folder.path("link.png")).write(new)
    for (link, target) in zip(["link.png"] + chain, chain) {
      let found = try FileManager.default.destinationOfSymbolicLink(atPath: folder.path(link))
      #expect(found == (isAbsolute ? folder.path(target) : target))
    }
    #expect(try Data(contentsOf: folder.url.appending(path: chain[chain.count - 1])) == new)
  }

  @Test func aPipeIsWrittenToAndStays() throws {
    let folder = try Folder()
    let pipe = folder.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    // The pipe is open for both, so neither side waits for the other.
    let descriptor = open(pipe, O_RDWR)
    defer { close(descriptor) }
    try OutputFile(pipe, endings: ["png"]).write(new)
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(descriptor, &bytes, bytes.count)
    #expect(Data(bytes.prefix(count)) == new)
    var status = stat()
    #expect(stat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
  }

  @Test(arguments: ["/dev/null", "/dev/full"]) func aDeviceIsWrittenTo(_ path: String) throws {
    let output = try OutputFile(path, endings: ["png"])
    if path == "/dev/null" {
      try output.write(new)
    } else {
      let error = #expect(throws: OutputError.self) { try output.write(new) }
      #expect(error?.code == .unwritable && error?.message.contains("No space left on device") == true)
    }
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  /// A path with a descriptor number refers to the open file.
  @Test func anOpenFileIsWrittenTo() throws {
    let folder = try Folder()
    let path = folder.path("open.png")
    let descriptor = open(path, O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    try OutputFile("/dev/fd/\(descriptor)", endings: ["png"]).write(new)
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    #expect(Data(bytes.prefix(max(0, count))) == new)
  }

  /// A link is relative to its real folder.
  @Test func aLinkInALinkedFolderIsFollowed() throws {
    let folder = try Folder()
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("deep/inner"), withIntermediateDirectories: true)
    try manager.createSymbolicLink(atPath: folder.path("linked"), withDestinationPath: "deep/inner")
    try manager.createSymbolicLink(atPath: folder.path("deep/inner/up.png"), withDestinationPath: "../up.png")
    try OutputFile(folder.path("linked/up.png")).write(new)
    #expect(try Data(contentsOf: folder.url.appending(path: "deep/up.png")) == new)
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("deep/inner/up.png")) == "../up.png")
  }

  @Test(arguments: [0o600, 0o644, 0o640, 0o755] as [mode_t]) func aFileKeepsItsPermissions(_ mode: mode_t) throws {
    let folder = try Folder()
    for path in [folder.path("file"), "/dev/shm/zoo-output-\(UUID().uuidString)"] {
      defer { unlink(path) }
      try Data("old and longer".utf8).write(to: URL(filePath: path))
      chmod(path, mode)
      try OutputFile(path).write(new)
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o7777 == mode)
      #expect(try Data(contentsOf: URL(filePath: path)) == new)
    }
  }

  @Test func aFileWithFurtherNamesStaysOne() throws {
    let folder = try Folder()
    try Data("old and longer".utf8).write(to: folder.url.appending(path: "one"))
    #expect(link(folder.path("one"), folder.path("two")) == 0)
    try OutputFile(folder.path("two")).write(new)
    #expect(try Data(contentsOf: folder.url.appending(path: "one")) == new)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == ["one", "two"])
  }

  /// The file is named by its own name, by links of both kinds, by another path, and through an open file.
  @Test func aFileThatIsNeededIsSpared() throws {
    let folder = try Folder()
    let store = folder.path("store")
    try Data("old".utf8).write(to: URL(filePath: store))
    try FileManager.default.createSymbolicLink(atPath: folder.path("symbolic"), withDestinationPath: "store")
    #expect(link(store, folder.path("hard")) == 0)
    let descriptor = open(store, O_RDWR | O_APPEND)
    defer { close(descriptor) }
    let names = [
      store, folder.path("symbolic"), folder.path("hard"),
      folder.path("../") + "/\(folder.url.lastPathComponent)/store",
    ]
    for name in names + ["/dev/fd/\(descriptor)"] {
      let error = #expect(throws: OutputError.self, "\(name)") { try OutputFile(name, sparing: ["missing", store]) }
      #expect(error?.code == .isNeeded)
    }
    #expect(try Data(contentsOf: URL(filePath: store)) == Data("old".utf8))
    try OutputFile(folder.path("other"), sparing: ["missing", store]).write(new)
  }

  @Test func openFilesHaveManyNames() throws {
    for name in [
      "-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "/proc/\(getpid())/fd/1",
    ] {
      #expect(try OutputFile(name, endings: ["png"]).isStandardOutput, "\(name)")
    }
    for name in ["/dev/stderr", "/dev/null", "1"] { #expect(try !OutputFile(name).isStandardOutput, "\(name)") }
    // No file has this number, and none may get it before the write.
    let error = #expect(throws: OutputError.self) { try OutputFile("/dev/fd/4000") }
    #expect(error?.code == .unwritable)
    // The text is written at the file's position, after earlier output.
    let folder = try Folder()
    let descriptor = open(folder.path("log"), O_RDWR | O_CREAT, 0o600)
    defer { close(descriptor) }
    #expect(write(descriptor, "head", 4) == 4)
    try OutputFile("/proc/self/fd/\(descriptor)").write(new)
    #expect(try Data(contentsOf: folder.url.appending(path: "log")) == Data("headnew".utf8))
  }

  /// The switch has no default: a new code without a cause here does not compile.
  @Test(arguments: OutputError.Code.allCases) func everyCodeHasItsCause(_ code: OutputError.Code) throws {
    let folder = try Folder()
    let error = #expect(throws: OutputError.self) {
      switch code {
      case .invalidPath: _ = try OutputFile("")
      case .isFolder: _ = try OutputFile(folder.url.path)
      case .missingFolder: _ = try OutputFile(folder.path("missing/grid.png"))
      case .wrongEnding: _ = try OutputFile(folder.path("grid.jpg"), endings: ["png"])
      case .isNeeded: _ = try OutputFile("/dev/null", sparing: ["/dev/null"])
      case .unwritable: try OutputFile("/proc/self/stat").write(new)
      }
    }
    #expect(error?.code == code)
    #expect(error?.message.contains("Error") == false && error?.message.contains("NS") == false)
  }

  @Test func mistakesAreNamed() throws {
    let folder = try Folder()
    try FileManager.default.createSymbolicLink(atPath: folder.path("a"), withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: folder.path("b"), withDestinationPath: "a")
    for (path, words) in [
      (folder.path("a"), "leads to itself"), (folder.path("x") + "/", "no folder"), (folder.path("x/y"), "mkdir -p"),
      ("a\0b", "NUL"),
    ] {
      let error = #expect(throws: OutputError.self) { try OutputFile(path) }
      #expect(error?.message.contains(words) == true, "\(path): \(error?.message ?? "")")
    }
  }
}
