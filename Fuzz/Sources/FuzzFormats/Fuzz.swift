import Foundation

/// The format that the environment variable `FUZZ_TARGET` names.
private let format: Format = {
  guard let format = Format(rawValue: ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "") else {
    fatalError("FUZZ_TARGET: expected one of \(Format.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  return format
}()

/// The function that libFuzzer calls with each input. Source: https://llvm.org/docs/LibFuzzer.html, "Fuzz Target".
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  format.read(UnsafeRawBufferPointer(start: bytes, count: count))
  return 0
}
