import Accelerator
import Foundation
import TestSupport
import Testing

@Suite("Plugins")
struct PluginTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "plugins-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  /// Compiles a library from C.
  private func library(_ source: String) throws -> String {
    let (text, library) = (folder.appending(path: "plugin.c"), folder.appending(path: "plugin.so"))
    try source.write(to: text, atomically: true, encoding: .utf8)
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = ["cc", "-shared", "-fPIC", "-o", library.path, text.path]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    return library.path
  }

  private func refusal(_ path: String) -> AcceleratorError? {
    defer { try? FileManager.default.removeItem(at: folder) }
    return #expect(throws: AcceleratorError.self) { try DevicePlugin.load(path) }
  }

  @Test("a file that is not there") func missing() {
    let error = refusal(folder.appending(path: "none.so").path)
    #expect(error?.code == .plugin)
    #expect(error?.message.contains("none.so' can't be read") == true)
  }

  @Test("a file that is no library") func text() throws {
    let file = folder.appending(path: "text.so")
    try "text".write(to: file, atomically: true, encoding: .utf8)
    #expect(refusal(file.path)?.message.contains("can't be loaded") == true)
  }

  @Test("a library that is no plugin") func other() throws {
    #expect(try refusal(library("int nothing;"))?.message.contains("no function GetPjrtApi") == true)
  }

  @Test("another version of the interface", arguments: [(0, 56), (1, 60)]) func version(major: Int, minor: Int) throws {
    let path = try library(
      """
      struct {
        unsigned long size; void *extensions; unsigned long version_size; void *more; int major, minor;
        void *functions[200];
      } table = {sizeof table, 0, 24, 0, \(major), \(minor), {0}};
      void *GetPjrtApi(void) { return &table; }
      """)
    let error = refusal(path)
    #expect(error?.message.contains("version \(major).\(minor) of the PJRT interface; expected 0.57 or later") == true)
  }

  @Test("a table that is shorter than its version says") func short() throws {
    let path = try library(
      """
      struct {
        unsigned long size; void *extensions; unsigned long version_size; void *more; int major, minor;
        void *functions[2];
      } table = {sizeof table, 0, 24, 0, 0, 60, {0}};
      void *GetPjrtApi(void) { return &table; }
      """)
    #expect(refusal(path)?.message.contains("shorter") == true)
  }

  @Test("without a plugin, the message says how to get one") func advice() throws {
    let search = PluginSearch(["PATH": "/nonexistent", "ZOO_PYTHON": folder.appending(path: "python").path])
    #expect(search.path(of: .cuda) == nil)
    let error = #expect(throws: AcceleratorError.self) { try search.path(of: DeviceChoice(named: "cuda")) }
    #expect(error?.message.contains("pip install 'jax[cuda13]'") == true)
    #expect(error?.message.contains("ZOO_PJRT_PLUGIN") == true)
    #expect(PluginSearch([PluginSearch.variable: "/a/plugin.so"]).path(of: .tpu) == "/a/plugin.so")
  }
}
