import Changesets
import PromptLibrary

/// What the server's JSON interface answers, as far as the commands look at it.
enum ServerAnswer {
    struct User: Codable, Sendable {
        var id: String
        var email: String
        var name: String
    }

    struct Key: Codable, Sendable {
        var id: String
        var name: String
        var prefix: String
        var permissions: [String]
        var workspace: String?
        var isDevice: Bool
        var lastUsedAt: String?
        var key: String?

        enum CodingKeys: String, CodingKey {
            case id, name, prefix, permissions, workspace, isDevice, lastUsedAt, key
        }
    }

    struct Device: Codable, Sendable {
        var apiKey: Key
        var user: User
    }

    struct Registration: Codable, Sendable {
        var status: String
        var detail: String
    }

    struct Workspace: Codable, Sendable {
        var id: String?
        var name: String
        var role: String

        var known: ServerWorkspace? {
            id.flatMap { RowID(hex: $0) }.map { ServerWorkspace(id: $0, name: name, role: role) }
        }
    }

    struct Session: Codable, Sendable {
        var user: User
        var workspaces: [Workspace]
    }

    struct Member: Codable, Sendable {
        var id: String
        var kind: String
        var email: String
        var name: String
        var role: String
    }

    struct Invitation: Codable, Sendable {
        var id: String
        var email: String
        var role: String
        var wasMailed: Bool
        var code: String?
    }

    struct Share: Codable, Sendable {
        var user: String?
        var permission: String
    }

    struct Access: Codable, Sendable {
        var restricted: Bool
        var members: [String]
    }

    struct List<Item: Codable & Sendable>: Codable, Sendable { var items: [Item] }

    struct Done: Codable, Sendable { var detail: String }
}
