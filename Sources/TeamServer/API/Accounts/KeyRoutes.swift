internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes

/// API keys of one's own.
enum KeyRoutes {
    private static let root = "/api/v1/users/me/api-keys"

    static let all: [Route] = [
        Route(.get, root, .signedIn, "One's API keys", query: Paging.fields) { call in
            try call.page(all: call.directory.apiKeys(of: call.caller).map { KeyView($0) })
        },
        Route(
            .post, root, .signedIn, "Make an API key, which is shown once", status: .created, isSecret: true,
            taking: NewKeyInput.self
        ) { call, input in
            let made = try call.directory.createKey(input.request, by: call.caller)
            return KeyView(made.key, text: made.text)
        },
        Route(.delete, root + "/{key}", .signedIn, "Revoke a key") { call in
            try call.directory.revokeKey(call.id("key"), by: call.caller)
            return DoneView(detail: "the key is revoked")
        },
        Route(
            .post, root + "/{key}/regenerate", .signedIn, "Revoke a key, and make another one like it",
            status: .created, isSecret: true
        ) { call in
            let made = try call.directory.regenerateKey(call.id("key"), by: call.caller)
            return KeyView(made.key, text: made.text)
        },
    ]
}

struct NewKeyInput: Input {
    var name: String
    var permissions: [String]?
    var workspace: String?
    var expiresAt: String?
    static let example = NewKeyInput(name: "nightly export", permissions: ["read"])

    var request: APIKeyRequest {
        get throws {
            var request = APIKeyRequest(name: name)
            request.workspace = try RowID(given: workspace, "workspace")
            if let permissions { request.permissions = try Permissions(names: permissions) }
            request.expiresAt = try expiresAt.map(milliseconds)
            return request
        }
    }

    private func milliseconds(_ text: String) throws -> Int64 {
        let styles = [true, false].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
        guard let date = styles.lazy.compactMap({ try? $0.parse(text) }).first,
            let time = Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded())
        else {
            throw AccountError(.invalid, "“\(text.prefix(40))” is no time in ISO 8601", field: "expires_at")
        }
        return time
    }
}

extension Permissions {
    /// - Throws: `AccountError.invalid` for a name that is none.
    fileprivate init(names: [String]) throws {
        self.init(words: names.joined(separator: " "))
        guard !names.isEmpty, Set(words) == Set(names) else {
            throw AccountError(.invalid, "permissions are some of: read, write, admin", field: "permissions")
        }
    }
}
