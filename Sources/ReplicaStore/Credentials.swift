internal import FoundationEssentials

/// That somebody signed in to a server on this machine.
package struct Credential: Codable, Sendable, Equatable {
    package var url: String
    package var email: String
    /// An API key of this machine's own.
    package var key: String

    package init(url: String, email: String, key: String) {
        self.url = url
        self.email = email
        self.key = key
    }
}

/// They lie in a file of the data directory that only its owner may read.
extension DataDirectory {
    private var credentialsPath: String { "\(path)/credentials.json" }

    private struct File: Codable { var servers: [Credential] }

    package func credentials() throws -> [Credential] {
        guard let data = FileManager.default.contents(atPath: credentialsPath) else { return [] }
        do {
            return try JSONDecoder().decode(File.self, from: data).servers
        } catch {
            throw ReplicaError(.damaged, "\(credentialsPath) can't be read; remove it and sign in again")
        }
    }

    /// Keeps one for each server. Libraries that went by the former one go by it from now on.
    package func keep(_ credential: Credential) throws {
        let former = try credentials().first { $0.url == credential.url }
        try change { $0.filter { $0.url != credential.url } + [credential] }
        for workspace in workspaces() {
            guard let former, var connection = try connection(of: workspace),
                (connection.url, connection.token) == (former.url, former.key)
            else { continue }
            connection.token = credential.key
            try setConnection(connection, of: workspace)
        }
    }

    package func forgetCredential(url: String) throws {
        try change { $0.filter { $0.url != url } }
    }

    private func change(_ body: ([Credential]) -> [Credential]) throws {
        try locked {
            let file = File(servers: body(try credentials()))
            try SecretFile.write(JSONEncoder().encode(file), to: credentialsPath)
        }
    }
}
