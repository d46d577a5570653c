internal import AsyncHTTPClient
internal import FoundationEssentials
internal import Glibc
internal import NIOCore
internal import NIOHTTP1

/// Calls providers: with time limits, again where that may help, and not too many at once.
package struct Upstream: Sendable {
    package struct Settings: Sendable {
        package var retries = RetryPolicy()
        package var bounds = CallLimit.Bounds()
        /// In bytes: of an answer that does not come as a stream.
        package var answerBytesMax = 32 << 20
        /// In bytes: of all of a stream.
        package var streamBytesMax = 256 << 20
        package var environment: @Sendable (String) -> String? = { name in getenv(name).map { String(cString: $0) } }

        package init() {}
    }

    package let limit: CallLimit
    let settings: Settings

    private static let errorBytesMax = 1 << 16

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        limit = CallLimit(settings.bounds)
    }

    /// - Throws: `CompletionError`.
    func answer(_ call: UpstreamCall) async throws(CompletionError) -> (bytes: [UInt8], attempts: Int) {
        try await attempt(call) { (secret, deadline) async throws(CompletionError) in
            try await askOnce(call, secret, deadline)
        }
    }

    private func askOnce(
        _ call: UpstreamCall, _ secret: Secret?, _ deadline: NIODeadline
    ) async throws(CompletionError) -> [UInt8] {
        let place = try await CallPlace.take(limit)
        defer { place.giveBack() }
        var hasBegun = false
        let reply: UpstreamReply
        do {
            reply = try await UpstreamClients.client(call).reply(
                call, secret, bytesMax: settings.answerBytesMax, deadline: deadline, hasBegun: &hasBegun)
        } catch is TooLarge {
            throw tooLarge(call.provider)
        } catch {
            throw Self.error(error, call.provider, hasBegun: hasBegun)
        }
        guard (200..<300).contains(reply.status) else {
            let body = reply.bytes.count <= Self.errorBytesMax ? reply.bytes : []
            throw Self.refusal(reply.status, reply.headers, body, call.provider, secret)
        }
        return reply.bytes
    }

    func tooLarge(_ provider: Provider) -> CompletionError {
        var error = CompletionError(
            .answerTooLarge, "the answer of the provider \(provider.name) is larger than is accepted")
        error.hasBegun = true
        return error
    }

    /// Waits for the start of an answer that is none of failure, and tries again until then.
    ///
    /// - Throws: `CompletionError`.
    func open(_ call: UpstreamCall) async throws(CompletionError) -> UpstreamStream {
        let ((body, place, deadline), attempts) = try await attempt(call) {
            (secret, deadline) async throws(CompletionError) in
            let (body, place) = try await openOnce(call, secret, deadline)
            return (body, place, deadline)
        }
        return UpstreamStream(body: body, deadline: deadline, attempts: attempts, place: place)
    }

    /// Tries again where that may help and nothing has come yet.
    private func attempt<Result>(
        _ call: UpstreamCall, _ body: (Secret?, NIODeadline) async throws(CompletionError) -> Result
    ) async throws(CompletionError) -> (Result, attempts: Int) {
        let deadline = NIODeadline.now() + .milliseconds(Int64(call.provider.timeouts.total))
        let secret = try call.provider.secret(settings.environment)
        let retries = call.provider.retries ?? settings.retries
        var attempt = 1
        while true {
            do throws(CompletionError) {
                return (try await body(secret, deadline), attempt)
            } catch {
                let wait = retries.wait(after: attempt, error) { Int.random(in: $0) }
                guard let wait, NIODeadline.now() + .milliseconds(Int64(wait)) < deadline else { throw error }
                try await Self.sleep(wait)
            }
            attempt += 1
        }
    }

    private static func sleep(_ milliseconds: Int) async throws(CompletionError) {
        do {
            try await Task.sleep(for: .milliseconds(milliseconds))
        } catch {
            throw CompletionError(.cancelled, "cancelled while it waited to try again")
        }
    }

    private func openOnce(
        _ call: UpstreamCall, _ secret: Secret?, _ deadline: NIODeadline
    ) async throws(CompletionError) -> (HTTPClientResponse.Body, CallPlace) {
        let place = try await CallPlace.take(limit)
        do {
            let client = UpstreamClients.client(call)
            let response = try await client.execute(call.request(secret), deadline: deadline)
            guard (200..<300).contains(response.status.code) else {
                throw await Self.refusal(response, call.provider, secret)
            }
            return (response.body, place)
        } catch {
            place.giveBack()
            throw Self.error(error, call.provider, hasBegun: false)
        }
    }

    private static func refusal(
        _ response: HTTPClientResponse, _ provider: Provider, _ secret: Secret?
    ) async -> CompletionError {
        let body = try? await response.body.collect(upTo: errorBytesMax)
        let bytes = body.map { Array($0.readableBytesView) } ?? []
        return refusal(Int(response.status.code), response.headers, bytes, provider, secret)
    }

    private static func refusal(
        _ status: Int, _ headers: HTTPHeaders, _ body: [UInt8], _ provider: Provider, _ secret: Secret?
    ) -> CompletionError {
        let isSafe = secret?.occurs(in: body) != true
        return UpstreamRefusal(status: status, body: isSafe ? body : [], retryAfter: retryAfter(headers))
            .error(provider)
    }

    private static func retryAfter(_ headers: HTTPHeaders) -> Int? {
        if let text = headers.first(name: "retry-after-ms"), let wait = Int(text), (0...1_000_000_000).contains(wait) {
            return wait
        }
        return headers.first(name: "retry-after").flatMap {
            RetryAfter.milliseconds($0, now: Int(Date().timeIntervalSince1970))
        }
    }

    /// Whatever went wrong on the way, without an address of a key in it.
    static func error(_ error: any Error, _ provider: Provider, hasBegun: Bool) -> CompletionError {
        if let error = error as? CompletionError { return error }
        var result =
            switch error {
            case is CancellationError: CompletionError(.cancelled, "cancelled")
            case let error as HTTPClientError: Self.error(error, provider)
            default: CompletionError(.unreachable, "the provider \(provider.name) can't be reached at \(provider.base)")
            }
        result.hasBegun = hasBegun
        if hasBegun, result.code == .unreachable {
            result.message = "the provider \(provider.name) broke off its answer"
        }
        return result
    }

    private static func error(_ error: HTTPClientError, _ provider: Provider) -> CompletionError {
        switch error {
        case .cancelled: CompletionError(.cancelled, "cancelled")
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            CompletionError(.timedOut, "the provider \(provider.name) took too long")
        case .remoteConnectionClosed:
            CompletionError(.unreachable, "the provider \(provider.name) closed the connection")
        default: CompletionError(.unreachable, "the provider \(provider.name) can't be reached at \(provider.base)")
        }
    }
}
