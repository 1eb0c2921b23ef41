import HTTPTypes
import Hummingbird

/// Adds headers to each answer: a page loads nothing from other addresses, no other page frames it, and a browser asks
/// whether an answer is still valid before it shows it again.
struct HeaderMiddleware<Context: RequestContext>: RouterMiddleware {
  private static var policy: String {
    "default-src 'none'; img-src 'self'; object-src 'self'; frame-src 'self'; style-src 'self'; script-src 'self'; "
      + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
  }

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    response.headers[.contentSecurityPolicy] = Self.policy
    response.headers[.xContentTypeOptions] = "nosniff"
    if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "same-origin" }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-cache" }
    return response
  }
}
