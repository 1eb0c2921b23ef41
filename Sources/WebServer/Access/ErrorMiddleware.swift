import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import RunStore
import ZooKit

/// Turns errors into answers: a page, or JSON below `/api/`.
struct ErrorMiddleware<Context: RequestContext>: RouterMiddleware {
  private struct Page {
    let heading, message: String
  }

  private struct Record: Encodable {
    let error: String
  }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do { return try await next(request, context) } catch {
      let found = Self.meaning(of: error)
      // No route takes this method.
      let isRefused = ![.get, .head].contains(request.method) && (error as? HTTPError)?.status == .notFound
      let (status, message) =
        isRefused ? (.methodNotAllowed, "This server only answers GET and HEAD here.") : found
      let isAPI = request.uri.path.hasPrefix("/api/")
      let answer =
        try isAPI
        ? Answer("application/json", RecordJSON.data(Record(error: message)))
        : Templates.page("error", title: status.reasonPhrase, Page(heading: status.reasonPhrase, message: message))
      var response = answer.response(tag: nil)
      response.status = status
      if isRefused { response.headers[.allow] = "GET, HEAD" }
      return response
    }
  }

  private static func meaning(of error: any Error) -> (HTTPResponse.Status, String) {
    switch error {
    case let error as HTTPError: (error.status, error.body ?? "There is nothing at this address.")
    case is NIOTooManyBytesError: (.contentTooLarge, "The form is too long; shorten its texts.")
    case let error as ServerError:
      switch error.code {
      case .notFound: (.notFound, error.message)
      case .badRequest: (.badRequest, error.message)
      case .address, .drawing: (.internalServerError, error.message)
      }
    case let error as StoreError:
      switch error.code {
      case .unknownRun, .unknownGraph, .noGraph, .noCheckpoint, .noTensor: (.notFound, error.message)
      case .busy: (.serviceUnavailable, error.message)
      case .invalidName: (.badRequest, error.message)
      case .nameTaken, .notRunning, .claimed: (.conflict, error.message)
      default: (.internalServerError, error.message)
      }
    case let error as ModelZooError where error.code == .invalidArgument: (.badRequest, error.message)
    case let error as ModelZooError: (.internalServerError, error.message)
    default: (.internalServerError, "\(error)")
    }
  }
}
