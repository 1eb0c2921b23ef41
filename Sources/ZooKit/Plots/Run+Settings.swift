import Foundation
import RunStore

extension Run {
  /// Properties of a run that stand beside its settings, by name.
  private var properties: [String: String] {
    ["model": model, "algorithm": algorithm, "seed": "\(seed)", "name": name ?? id, "threads": "\(threads)"]
  }

  /// The value of a setting, as `--set` names it, or of `model`, `algorithm`, `seed`, `name` or `threads`; nil if the
  /// run has no such setting.
  package func setting(_ path: String) -> String? { properties[path] ?? settingValues[path] }

  /// The paths of its settings without those of whole objects.
  package var settingPaths: [String] {
    Set(properties.keys).union(settingValues.filter { !$0.value.hasPrefix("{") }.keys).sorted()
  }

  /// Values of settings by path: whole objects and their parts.
  private var settingValues: [String: String] {
    guard let json = try? JSONSerialization.jsonObject(with: Data(settings.utf8)) as? [String: Any] else { return [:] }
    var values: [String: String] = [:]
    func collect(_ value: Any, _ path: String) {
      if let object = value as? [String: Any] {
        object.forEach { collect($0.value, path.isEmpty ? $0.key : "\(path).\($0.key)") }
      }
      if !path.isEmpty { values[path] = Self.text(value) }
    }
    for (key, value) in json {
      // The algorithm's settings stand without a name in front of them, as in recipes.
      collect(value, key == "settings" ? "" : key)
    }
    return values
  }

  private static func text(_ value: Any) -> String {
    if let text = value as? String { return text }
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
  }
}
