internal import DirectoryStore
internal import HTTPTypes
internal import PromptTemplates

/// What a client may send again without its being done twice: a POST with an `Idempotency-Key`.
struct Idempotency {
    let call: Call

    /// - Throws: `APIError` `.keyReused`, `.inFlight`, `.answerNotKept`.
    func answer(_ perform: () throws -> Answer) throws -> Answer {
        guard call.route.method == .post, let requester = call.signedIn, let name = HTTPField.Name("Idempotency-Key"),
            let key = call.headers[name]
        else { return try perform() }
        return try known(key, requester) ?? first(key, requester, perform)
    }

    /// - Returns: nil for one that nobody has sent before.
    private func known(_ key: String, _ requester: Requester) throws -> Answer? {
        switch try call.api.source.begin(key, request, by: requester) {
        case .new: return nil
        case .answered(let kept): return try again(kept)
        case .other:
            throw APIError(.keyReused, "this Idempotency-Key was sent with another request", field: "Idempotency-Key")
        case .unanswered:
            throw APIError(
                .inFlight,
                "the first request of this Idempotency-Key is not answered: wait, then look whether it was done",
                field: "Idempotency-Key")
        }
    }

    /// The same for what waits for others than the disk. Clients of the gateway know no such key.
    func answer(waiting perform: @Sendable () async throws -> Answer) async throws -> Answer {
        guard call.route.method == .post, call.route.gatewayFormat == nil, let requester = call.signedIn,
            let name = HTTPField.Name("Idempotency-Key"), let key = call.headers[name]
        else { return try await perform() }
        if let known = try await onWorker({ try known(key, requester) }) { return known }
        do {
            let answer = try await perform()
            try await onWorker { try call.api.source.keep(kept(answer), under: key, by: requester) }
            return answer
        } catch {
            try await onWorker { try call.api.source.forget(key, by: requester) }
            throw error
        }
    }

    /// Also where the task is cancelled, as when the client has gone: what was done is remembered, and what was not is
    /// forgotten.
    private func onWorker<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await Task { [call] in try await call.api.workers.perform(call.route, body) }.value
    }

    private func first(_ key: String, _ requester: Requester, _ perform: () throws -> Answer) throws -> Answer {
        do {
            let answer = try perform()
            try call.api.source.keep(kept(answer), under: key, by: requester)
            return answer
        } catch {
            try call.api.source.forget(key, by: requester)
            throw error
        }
    }

    /// A secret is kept nowhere, so not here.
    private func kept(_ answer: Answer) -> KeptAnswer {
        let headers = answer.headers.map { ($0.name.canonicalName, $0.value) }
        return KeptAnswer(
            status: (answer.status ?? call.route.status).code, headers: Dictionary(headers) { $1 },
            body: call.route.isSecret ? [] : answer.body)
    }

    private func again(_ kept: KeptAnswer) throws -> Answer {
        guard !call.route.isSecret else {
            throw APIError(.answerNotKept, "it is done already; the answer held a secret, which is shown once")
        }
        var fields = HTTPFields()
        for (name, value) in kept.headers { HTTPField.Name(name).map { fields[$0] = value } }
        return Answer(status: .init(code: kept.status), headers: fields, body: kept.body)
    }

    /// All that makes the request what it is, so lengths between the parts.
    private var request: [UInt8] {
        let query = call.query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let workspace = call.place?.key ?? ""
        let parts = [call.path, workspace] + query
        return parts.flatMap { Array("\($0.utf8.count):\($0)".utf8) } + call.body
    }
}

extension Answer {
    init(status: HTTPResponse.Status, headers: HTTPFields, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
