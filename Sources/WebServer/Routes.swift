import Crypto
import Foundation
import Hummingbird
import RunStore
import ZooKit

/// The addresses of a server and what they answer.
struct Routes: Sendable {
  /// The most bytes of a form.
  private static let longestForm = 64 * 1024

  private let zoo: ModelZoo
  private let allowsChanges: Bool
  private let worker = Worker()
  /// Films, layouts and profiles take so long that other pages should not wait for them.
  private let slowWorker = Worker()
  private let cache = AnswerCache()
  /// Tags of another server's answers differ.
  private let session = UInt64.random(in: .min ... .max)

  init(_ zoo: ModelZoo, allowsChanges: Bool) { (self.zoo, self.allowsChanges) = (zoo, allowsChanges) }

  private typealias Make = @Sendable (ModelZoo, Parameters, Query) throws -> Answer

  func add(to router: Router<BasicRequestContext>) {
    get(router, "/") { zoo, _, query in try RunListPage(query, zoo).answer() }
    get(router, "/runs/:run") { [allowsChanges] zoo, path, query in
      try RunPage(path.require("run"), query, zoo, allowsChanges: allowsChanges).answer()
    }
    get(router, "/runs/:run/weights") { zoo, path, query in
      try WeightsPage(path.require("run"), query, zoo).answer()
    }
    get(router, "/runs/:run/weights.svg") { zoo, path, query in
      try WeightsPage(path.require("run"), query, zoo).drawing(query["tensor"] ?? "")
    }
    get(router, "/runs/:run/film.gif", on: slowWorker) { zoo, path, query in
      try PictureAnswers.film(of: path.require("run"), query, zoo)
    }
    get(router, "/runs/:run/curve.png") { zoo, path, query in
      try CurveAnswers.picture(of: [path.require("run")], query, zoo)
    }
    get(router, "/runs/:run/curve.svg") { zoo, path, query in
      try CurveAnswers.drawing(of: [path.require("run")], query, zoo)
    }
    get(router, "/runs/:run/spark.svg") { zoo, path, query in
      try CurveAnswers.spark(of: path.require("run"), query, zoo)
    }
    get(router, "/runs/:run/metrics.csv") { zoo, path, _ in try CurveAnswers.csv(of: path.require("run"), zoo) }
    get(router, "/runs/:run/pictures/:name/:file") { zoo, path, _ in
      try PictureAnswers.picture(path.require("name"), path.require("file"), of: path.require("run"), zoo)
    }
    get(router, "/runs/:run/graphs/:graph", on: slowWorker) { zoo, path, query in
      try GraphPage(path.require("run"), path.require("graph"), zoo).answer(query)
    }
    get(router, "/runs/:run/graphs/:graph/graph.svg", on: slowWorker) { zoo, path, _ in
      try GraphPage(path.require("run"), path.require("graph"), zoo).drawing()
    }
    get(router, "/runs/:run/graphs/:graph/:file") { zoo, path, _ in
      try GraphPage(path.require("run"), path.require("graph"), zoo).download(path.require("file"))
    }
    get(router, "/compare") { zoo, _, query in try ComparePage(query, zoo).answer() }
    get(router, "/compare/curve.svg") { zoo, _, query in try CurveAnswers.drawing(of: query.all("run"), query, zoo) }
    get(router, "/compare/curve.png") { zoo, _, query in try CurveAnswers.picture(of: query.all("run"), query, zoo) }
    get(router, "/compare/parallel.svg") { zoo, _, query in try ComparePage(query, zoo).parallel() }
    get(router, "/models") { zoo, _, _ in try ModelPages.list(zoo.catalogue) }
    get(router, "/models/:model") { zoo, path, _ in try ModelPages.page(path.require("model"), zoo.catalogue) }
    get(router, "/models/:model/:file") { zoo, path, _ in
      try ModelPages.file(path.require("model"), path.require("file"), zoo.catalogue)
    }
    get(router, "/page.css") { _, _, _ in Answer("text/css; charset=utf-8", PackageResources.page_css) }
    get(router, "/page.js") { _, _, _ in Answer("text/javascript; charset=utf-8", PackageResources.page_js) }
    get(router, "/icon.svg") { _, _, _ in Answer("image/svg+xml", PackageResources.icon_svg) }
    for endpoint in API.endpoints {
      get(router, RouterPath(API.prefix + endpoint.path)) { zoo, path, query in
        Answer("application/json", try endpoint.answer(zoo, path, query))
      }
    }
    router.get("/events") { _, _ in events() }
    if allowsChanges { addActions(to: router) }
  }

  /// The questions before changes, and the changes.
  private func addActions(to router: Router<BasicRequestContext>) {
    let path: RouterPath = "/runs/:run/actions/:action"
    get(router, path) { zoo, path, query in
      try ActionPage(path.require("run"), path.require("action"), query, zoo).answer()
    }
    router.post(path) { request, context in
      let form = try await request.body.collect(upTo: Self.longestForm)
      let (query, parameters) = (Query(form: String(buffer: form)), context.parameters.decoded)
      let address = try await worker.run { [zoo] in
        try ActionPage(parameters.require("run"), parameters.require("action"), query, zoo).perform()
      }
      return Response(status: .seeOther, headers: [.location: address])
    }
  }

  /// A route whose answer is computed once for each state of the store.
  private func get(
    _ router: Router<BasicRequestContext>, _ path: RouterPath, on own: Worker? = nil, _ make: @escaping Make
  ) {
    router.get(path) { request, context in
      let (query, parameters) = (Query(request.uri), context.parameters.decoded)
      let revision = try await worker.run { [zoo] in try zoo.store.revision() }
      let digest = SHA256.hash(data: Data("\(session) \(revision) \(request.uri)".utf8))
      let tag = "\"" + digest.prefix(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\""
      if request.headers[.ifNoneMatch]?.contains(tag) == true {
        return Response(status: .notModified, headers: [.eTag: tag])
      }
      if let answer = await cache[tag] { return answer.response(tag: tag) }
      let answer = try await (own ?? worker).run { [zoo] in try make(zoo, parameters, query) }
      await cache.insert(answer, tag: tag)
      return answer.response(tag: tag)
    }
  }

  /// An endless answer with the state of the store whenever it has changed: server-sent events.
  private func events() -> Response {
    let (worker, zoo) = (worker, zoo)
    let body = ResponseBody { writer in
      var last = ""
      while !Task.isCancelled {
        let revision = try await worker.run { try zoo.store.revision() }
        // A comment finds out that the reader is gone.
        let text = revision == last ? ": still here\n\n" : "data: \(revision)\n\n"
        last = revision
        try await writer.write(ByteBuffer(string: text))
        try await Task.sleep(for: .seconds(1))
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
  }
}

extension Parameters {
  /// The parameters with their percent escapes decoded.
  fileprivate var decoded: Parameters {
    Parameters(map { (key: $0.key, value: ($0.value.removingPercentEncoding ?? String($0.value))[...]) })
  }
}
