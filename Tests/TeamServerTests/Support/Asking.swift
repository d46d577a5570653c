import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PromptTemplates

/// What can be asked over HTTP.
protocol Asking: Sendable {
    /// Without a slash at its end.
    var url: String { get }
}

extension Asking {
    func ask(
        _ method: String, _ path: String, _ body: TemplateValue? = nil, token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answered {
        try await send(method, path, body.map { Array(try $0.json().utf8) }, token: token, headers: headers)
    }

    /// The same with the body as somebody wrote it.
    func send(
        _ method: String, _ path: String, _ body: [UInt8]?, token: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answered {
        var request = HTTPClientRequest(url: url + path)
        request.method = .RAW(value: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 1 << 24)
        return Answered(
            status: Int(response.status.code), headers: response.headers, body: Array(bytes.readableBytesView))
    }

    /// The same, of which the status has to be this one.
    @discardableResult
    func json(
        _ method: String, _ path: String, _ body: TemplateValue? = nil, token: String?, status: Int = 200,
        headers: [String: String] = [:]
    ) async throws -> TemplateValue {
        let answer = try await ask(method, path, body, token: token, headers: headers)
        guard answer.status == status else { throw Complaint("\(method) \(path): \(answer), and not \(status)") }
        return answer.json
    }
}
