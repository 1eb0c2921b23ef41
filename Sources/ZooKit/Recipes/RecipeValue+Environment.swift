import TrainingAlgorithms
import Environments
import Foundation

extension RecipeValue {
  private enum Key: String, CaseIterable { case gymnasium, arguments, timeout, save }

  /// Reads the name of an environment, such as `CartPole-v1`, or for an environment of Gymnasium in a Python process
  /// `{gymnasium: LunarLander-v3, arguments: {continuous: true}}`. The latter is created for a trial. `timeout: 600` is
  /// the longest time of a call in seconds. `save: never` leaves its state out of checkpoints. The module of
  /// `{gymnasium: maze:Maze-v0}` may lie beside the recipe.
  ///
  /// - Throws: ``RecipeError``, also if Python can't create the environment.
  public func environment() throws(RecipeError) -> EnvironmentSettings {
    let registry = context.catalogue.environments
    guard isMapping else {
      var settings = EnvironmentSettings(id: try choice(among: registry.names))
      settings.registry = registry
      return settings
    }
    let keys = try mapping(of: Key.self)
    var settings = EnvironmentSettings(id: try keys.required(.gymnasium).text())
    settings.isGymnasium = true
    settings.folder = folder(ofModuleOf: settings.id)
    for (key, value) in try keys[.arguments]?.entries() ?? [] {
      settings.arguments[try key.text()] = try value.argument()
    }
    settings.timeout = try keys[.timeout].map { (value) throws(RecipeError) in
      try value.number("a number of seconds above 0, at most a million") { $0 > 0 && $0 <= 1e6 }
    }
    settings.save = try keys[.save].map { (value) throws(RecipeError) in try value.choice() }
    do {
      _ = try settings.obstacles()
      settings.observation = try settings.spaces().observationParts
    } catch {
      throw self.error(.badValue, "the environment '\(settings.id)' can't be created", cause: error)
    }
    return settings
  }

  /// The name of an environment of Gymnasium; nil for a native one.
  ///
  /// - Throws: ``RecipeError`` at the wrong key.
  func gymnasiumName() throws(RecipeError) -> String? {
    isMapping ? try mapping(of: Key.self).required(.gymnasium).text() : nil
  }

  /// The recipe's folder, if the module in the name of an environment lies there.
  private func folder(ofModuleOf id: String) -> String? {
    guard let folder = context.folder, let end = id.firstIndex(of: ":") else { return nil }
    let module = folder.appending(path: id[..<end].split(separator: ".").first.map(String.init) ?? "")
    let isThere = [module.path, module.path + ".py"].contains { FileManager.default.fileExists(atPath: $0) }
    return isThere ? folder.standardizedFileURL.path : nil
  }

  /// Any value of YAML's core schema.
  private func argument() throws(RecipeError) -> GymnasiumArgument {
    if isMapping {
      var values: [String: GymnasiumArgument] = [:]
      for (key, value) in try entries() { values[try key.text()] = try value.argument() }
      return .dictionary(values)
    }
    if let items = try? list() {
      return .list(try items.map { (item) throws(RecipeError) in try item.argument() })
    }
    if isNull { return .none }
    if let flag = try? bool() { return .bool(flag) }
    if let integer = try? integer(atLeast: .min, atMost: .max) { return .int(integer) }
    if let number = try? number() as Double { return .float(number) }
    if let integer = hexadecimal { return .int(integer) }
    let text = try text()
    guard ![".nan", ".inf", "-.inf"].contains(text.lowercased()) else { throw wrongType("a finite number, or text") }
    return .text(text)
  }

  /// The spaces of observations and actions of an environment.
  public func spaces(of environment: EnvironmentSettings) throws(RecipeError) -> EnvironmentSpaces {
    do {
      return try environment.spaces()
    } catch {
      throw self.error(.badValue, "the environment '\(environment.id)' can't be created", cause: error)
    }
  }
}
