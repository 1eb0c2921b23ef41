import FileOutput
import Foundation
import Testing

/// Places to write to: files, links, pipes and devices; and invalid ones.
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

  /// Links to files, to nothing yet, over links, relative and absolute.
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
    // Open for both, so neither side waits for the other.
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

  /// A file opened through its descriptor number stays the open one.
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

  /// A new code does not compile before it has a cause here.
  @Test(arguments: OutputError.Code.allCases) func everyCodeHasItsCause(_ code: OutputError.Code) throws {
    let folder = try Folder()
    let error = #expect(throws: OutputError.self) {
      switch code {
      case .invalidPath: _ = try OutputFile("")
      case .isFolder: _ = try OutputFile(folder.url.path)
      case .missingFolder: _ = try OutputFile(folder.path("missing/grid.png"))
      case .wrongEnding: _ = try OutputFile(folder.path("grid.jpg"), endings: ["png"])
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
