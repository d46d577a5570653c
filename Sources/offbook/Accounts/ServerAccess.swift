import ArgumentParser
import Changesets
import PromptLibrary
import ReplicaStore
import SyncClient

/// What commands take that ask a server about an account.
struct AccountOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The server, where you are signed in to several.", valueName: "url")) var server: String?
    @OptionGroup var data: DataOptions
    @Flag(name: .long, help: "Print JSON.") var json = false

    /// - Throws: where nobody is signed in there.
    func credential() throws -> Credential { try data.directory.credential(for: server) }

    func api() throws -> ServerAPI {
        let credential = try credential()
        return try ServerAPI(url: credential.url, token: credential.key)
    }
}

extension DataDirectory {
    /// The credential for a server, or the only one there is.
    func credential(for url: String?) throws -> Credential {
        let all = try credentials()
        if let url {
            let base = try HTTPSyncTransport.base(of: url)
            guard let found = all.first(where: { $0.url == base }) else {
                throw CommandError(.failure, "you are not signed in to \(base); run offbook login \(base)")
            }
            return found
        }
        guard let only = all.first else {
            throw CommandError(.failure, "you are not signed in; run offbook login URL")
        }
        guard all.count == 1 else {
            throw CommandError(
                .notFound,
                "you are signed in to several servers; name one with --server:\n  "
                    + all.map(\.url).joined(separator: "\n  "))
        }
        return only
    }
}

/// A library, and the server that it syncs with.
struct ServedLibrary {
    let library: Library
    let workspace: RowID
    let api: ServerAPI

    init(_ options: LibraryOptions) throws {
        library = try options.library()
        workspace = try library.workspace
        guard let connection = try options.data.directory.connection(of: workspace) else {
            throw LibraryError(.notConnected, "this library has no server yet; name one with offbook connect")
        }
        api = try ServerAPI(url: connection.url, token: connection.token, workspace: workspace.hex)
    }

    var path: String { "workspaces/\(workspace.hex)" }

    func members() async throws -> [ServerAnswer.Member] {
        let list: ServerAnswer.List<ServerAnswer.Member> = try await api.get("\(path)/members")
        return list.items
    }

    /// A member by address, name or id.
    func member(_ name: String) async throws -> ServerAnswer.Member {
        let wanted = name.lowercased()
        guard
            let found = try await members().first(where: {
                $0.email.lowercased() == wanted || $0.id == wanted || $0.name.lowercased() == wanted
            })
        else { throw CommandError(.notFound, "“\(name)” is no member; see: offbook members") }
        return found
    }
}
