internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import SyncEngine

/// What a server refused, in its words.
package struct APIProblem: Error, CustomStringConvertible, Decodable, Sendable {
    /// `urn:offbook:problem:…`
    package var type: String
    package var detail: String
    package var field: String?

    package var description: String { detail }

    /// What stands at the end of the type.
    package var code: String { type.split(separator: ":").last.map { String($0) } ?? "" }
}

/// The server's JSON interface, `/api/v1`.
package struct ServerAPI: Sendable {
    private let base: String
    private let token: String?
    private let workspace: String?

    package enum Method: String, Sendable {
        case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    /// A body or an answer that nobody is interested in.
    package struct Nothing: Codable, Sendable {
        package init() {}
    }

    private static let timeout = TimeAmount.seconds(60)
    private static let answerBytesMax = 8 << 20

    /// - Parameters:
    ///   - token: an API key or a token; nil for what anybody may ask.
    ///   - workspace: the id of the workspace that requests are about.
    package init(url: String, token: String? = nil, workspace: String? = nil) throws {
        base = try HTTPSyncTransport.base(of: url)
        self.token = token
        self.workspace = workspace
    }

    /// - Throws: `APIProblem`; `TransportError` where there is no answer, or none of an Offbook server.
    package func get<Answer: Decodable & Sendable>(_ path: String) async throws -> Answer {
        try await send(.get, path, Nothing())
    }

    /// - Throws: `APIProblem`; `TransportError` where there is no answer, or none of an Offbook server.
    @discardableResult
    package func send<Answer: Decodable & Sendable>(
        _ method: Method, _ path: String, _ body: some Encodable
    ) async throws -> Answer {
        let (status, answer) = try await exchange(method, path, body)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard (200..<300).contains(status) else {
            throw (try? decoder.decode(APIProblem.self, from: answer)) ?? notOffbook(status)
        }
        do {
            return try decoder.decode(Answer.self, from: answer)
        } catch {
            throw notOffbook(status)
        }
    }

    private func notOffbook(_ status: UInt) -> any Error {
        TransportError("what answers at \(base) is no Offbook server of this version (HTTP status \(status))")
    }

    private func exchange(_ method: Method, _ path: String, _ body: some Encodable) async throws -> (UInt, Data) {
        var request = HTTPClientRequest(url: "\(base)/api/v1/\(path)")
        request.method = HTTPMethod(rawValue: method.rawValue)
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        if let workspace { request.headers.add(name: "offbook-workspace", value: workspace) }
        if method != .get {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(Array(try encoder.encode(body)))
        }
        let client = try Connecting.client()
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            let answer = try await response.body.collect(upTo: Self.answerBytesMax)
            return (response.status.code, Data(answer.readableBytesView))
        } catch {
            throw TransportError(
                "the server \(base) can't be reached (\(Connecting.reason(error))); try again later")
        }
    }
}
