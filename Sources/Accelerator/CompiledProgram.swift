import CPJRT
import GraphIR
import StableHLO

/// A program that a plugin has compiled for its devices.
package final class CompiledProgram {
  package let program: StableHLOProgram
  private let handle: OpaquePointer
  private let client: DeviceClient

  /// Takes over a handle.
  init(_ handle: OpaquePointer, _ program: StableHLOProgram, _ client: DeviceClient) {
    (self.handle, self.program, self.client) = (handle, program, client)
  }

  deinit { pj_program_free(handle) }

  /// Starts the program. The results, in the program's order, may be read at once: reading waits for them.
  ///
  /// - Throws: ``AcceleratorError`` with the plugin's message.
  package func run(_ arguments: [DeviceBuffer], named name: String) throws -> [DeviceBuffer] {
    let (devices, count) = (client.choice.count, pj_program_result_count(handle))
    let inputs = (0..<devices).flatMap { device in arguments.map { Optional($0.handles[device]) } }
    var results = [OpaquePointer?](repeating: nil, count: devices * count)
    // The handles belong to the buffers: Swift could free these as soon as the handles are read.
    let message = withExtendedLifetime(arguments) {
      pj_execute(handle, inputs, arguments.count, devices, &results)
    }
    try AcceleratorError.check(.execution, "program '\(name)' on device '\(client.choice)'", message)
    return program.resultTypes.enumerated().map { index, type in
      DeviceBuffer((0..<devices).compactMap { results[$0 * count + index] }, type)
    }
  }
}
