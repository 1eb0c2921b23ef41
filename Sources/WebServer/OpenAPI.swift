import Foundation
import ZooKit

/// The description of the JSON interface: OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.0.
enum OpenAPI {
  /// The document.
  ///
  /// - Throws: the error of encoding.
  static func document() throws -> Data {
    var paths: [String: Any] = [:]
    for endpoint in API.endpoints {
      let path = endpoint.path.split(separator: "/").map { $0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0) }
      let own = endpoint.names.map { name in
        [
          "name": name, "in": "path", "required": true, "schema": ["type": "string"],
          "description": "The id of a run.",
        ] as [String: Any]
      }
      let response: [String: Any] = ["description": "JSON", "content": ["application/json": [String: Any]()]]
      let problem: [String: Any] = ["description": "An object with the key `error`: a sentence."]
      paths["/" + path.joined(separator: "/")] = [
        "get": [
          "summary": endpoint.summary, "parameters": own + endpoint.parameters.map(parameter),
          "responses": ["200": response, "400": problem, "404": problem],
        ] as [String: Any]
      ]
    }
    let document: [String: Any] = [
      "openapi": "3.1.0", "info": ["title": "zoo", "version": ModelZoo.version],
      "servers": [["url": API.prefix]], "paths": paths,
    ]
    return try JSONSerialization.data(
      withJSONObject: document, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  private static func parameter(_ parameter: API.Parameter) -> [String: Any] {
    var schema: [String: Any] = ["type": "string"]
    if let number = parameter.number {
      schema = ["type": number.isWhole ? "integer" : "number"]
      schema["minimum"] = number.least
      schema["maximum"] = number.most
      // As a form sends a field that was not filled.
      schema = ["anyOf": [schema, ["const": ""]]]
    } else if !parameter.values.isEmpty {
      schema["enum"] = parameter.values + [""]
    } else if parameter.isRequired {
      schema["minLength"] = 1
    }
    return [
      "name": parameter.name, "in": "query", "description": parameter.meaning, "required": parameter.isRequired,
      "schema": schema,
    ]
  }
}
