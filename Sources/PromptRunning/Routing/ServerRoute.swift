package import Changesets
package import Completions
package import PromptLibrary
package import ReplicaStore

/// The team server of a workspace, as a provider in OpenAI's format.
package enum ServerRoute {
    /// Also in the key under which its answers are kept, on every node alike.
    package static let providerName = "offbook-server"
    /// The version of a prompt that a request was made of, by its id: for the server's account of use.
    package static let versionHeader = "offbook-prompt-version"
    /// `test` for a test run, as the server counts it.
    package static let kindHeader = "offbook-use"
    /// In milliseconds. Who has no network should not wait long to learn it.
    private static let connectTimeout = 5_000

    package static func provider(
        _ connection: ServerConnection, workspace: RowID, version: RowID?, kind: UsageKind
    ) throws(CompletionError) -> Provider {
        let token = Secret(connection.token)
        var provider = try Provider(
            name: providerName, format: .openai, base: connection.url + "/v1", key: .sealed { token })
        provider.timeouts.connect = connectTimeout
        // The server tries again itself.
        provider.retries = RetryPolicy(attempts: 1)
        provider.headers = [("offbook-workspace", workspace.hex)]
        if kind != .completion { provider.headers.append((kindHeader, kind.rawValue)) }
        if let version { provider.headers.append((versionHeader, version.hex)) }
        return provider
    }

    /// Under which a server shares an answer with the nodes of a workspace.
    ///
    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    package static func sharedKey(
        _ request: InboundRequest, workspace: RowID
    ) throws(CompletionError) -> CacheKey {
        try CacheKey(workspace: workspace.hex, provider: providerName, model: request.model, request)
    }
}
