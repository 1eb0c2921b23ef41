/// How XLA compiles a program: a `CompileOptionsProto` of OpenXLA, in protobuf's wire format.
///
/// Its few fields do not justify a schema: `executable_build_options` (3) with `num_replicas` (4), `num_partitions`
/// (5), `use_spmd_partitioning` (6) and `use_shardy_partitioner` (19); `env_option_overrides` (7), a map from a flag's
/// name to a message with its value as text (1). Source: `xla/pjrt/proto/compile_options.proto`.
struct CompileOptions {
  /// The number of devices that share each batch.
  let devices: Int
  /// Flags of XLA by name, for example `xla_gpu_autotune_level`. Booleans are `True` and `False`.
  let flags: [String: String]

  var bytes: [UInt8] {
    var build = Self.number(4, 1) + Self.number(5, devices)
    if devices > 1 { build += Self.number(6, 1) + Self.number(19, 1) }
    return flags.sorted { $0.key < $1.key }.reduce(Self.field(3, build)) { bytes, flag in
      bytes + Self.field(7, Self.field(1, Array(flag.key.utf8)) + Self.field(2, Self.field(1, Array(flag.value.utf8))))
    }
  }

  private static func variable(_ number: Int) -> [UInt8] {
    number < 128 ? [UInt8(number)] : [UInt8(number & 127 | 128)] + variable(number >> 7)
  }

  private static func number(_ field: Int, _ value: Int) -> [UInt8] { variable(field << 3) + variable(value) }

  private static func field(_ field: Int, _ bytes: [UInt8]) -> [UInt8] {
    variable(field << 3 | 2) + variable(bytes.count) + bytes
  }
}
