import Foundation
import Mustache

/// The pages' templates. Texts of runs are escaped wherever a template shows them.
enum Templates {
  private static let library: MustacheLibrary = {
    let sources = [
      "layout": PackageResources.layout_mustache, "runs": PackageResources.runs_mustache,
      "run": PackageResources.run_mustache, "compare": PackageResources.compare_mustache,
      "graph": PackageResources.graph_mustache, "models": PackageResources.models_mustache,
      "model": PackageResources.model_mustache, "error": PackageResources.error_mustache,
      "weights": PackageResources.weights_mustache, "action": PackageResources.action_mustache,
    ]
    var library = MustacheLibrary()
    for (name, bytes) in sources {
      do { try library.register(String(decoding: bytes, as: UTF8.self), named: name) } catch {
        preconditionFailure("the template '\(name)' is damaged: \(error)")
      }
    }
    return library
  }()

  private struct Layout {
    let title: String
    let body: String
    let refresh: Bool
  }

  /// A page.
  ///
  /// - Parameters:
  ///   - template: the name of its template.
  ///   - title: its title.
  ///   - content: the values that the template shows.
  ///   - isLive: whether the page follows changes of the store.
  static func page(_ template: String, title: String, _ content: Any, isLive: Bool = false) -> Answer {
    guard let body = library.render(content, withTemplate: template),
      let page = library.render(Layout(title: title, body: body, refresh: isLive), withTemplate: "layout")
    else { preconditionFailure("there is no template '\(template)'") }
    return .html(page)
  }
}
