import Foundation

/// The class of a machine: architecture and vector instructions. Bits can be equal only on machines of one class.
public enum MachineClass {
  /// The class of this machine, for example `x86-64-v4`.
  public static let current: String = {
    #if arch(x86_64)
      let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      let flags = Set(
        info.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ").map(String.init) ?? [])
      if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]) { return "x86-64-v4" }
      return flags.isSuperset(of: ["avx2", "fma", "bmi2"]) ? "x86-64-v3" : "x86-64"
    #elseif arch(arm64)
      return "arm64"
    #else
      return "other"
    #endif
  }()
}
