import AccessControl
import Changesets
import DirectoryStore
import Foundation
import PromptTemplates
import ReplicaStore
import TeamServer

/// Somebody with an account, signed in.
struct Person: Sendable {
    var email: String
    var password: String
    var account: Account
    var tokens: SessionTokens

    var token: String { tokens.accessToken }
}

extension RunningServer {
    private static let password = "correct-horse-7f3a9c"
    static let here = Origin(address: "192.0.2.7")

    /// Makes an account and signs in.
    ///
    /// - Parameter invitation: the code of one, by which they come into a workspace.
    func person(
        _ name: String = "somebody", invitation: (String) throws -> String? = { _ in nil }
    ) throws -> Person {
        let email = "\(name)-\(UUID().uuidString.lowercased())@example.org"
        var new = NewAccount(email: email, password: Self.password)
        new.profile.name = name
        new.invitation = try invitation(email)
        guard case .ready(let account) = try store.register(new, from: Self.here) else {
            throw Complaint("the account is not ready")
        }
        return Person(email: email, password: Self.password, account: account, tokens: try signIn(email))
    }

    func signIn(_ email: String, with store: DirectoryStore? = nil) throws -> SessionTokens {
        try (store ?? self.store).signIn(
            SignInRequest(email: email, password: Self.password), from: Self.here)
    }

    /// Somebody with a workspace of their own.
    func owner(of name: String = "Stage team") async throws -> (person: Person, workspace: String) {
        let person = try person("owner")
        let made = try await json("POST", "/api/v1/workspaces", ["name": .text(name)], token: person.token, status: 201)
        return (person, made["id"].string)
    }

    /// Somebody who comes into a workspace by an invitation.
    func member(_ role: Role, of workspace: String, invitedBy owner: Person) throws -> Person {
        guard let caller = try store.caller(bearing: owner.token, from: Self.here) else {
            throw Complaint("the owner is not signed in")
        }
        let place = try store.workspace(RowID(hex: workspace), for: caller)
        return try person(role.rawValue) { try store.invite($0, as: role, to: place, by: caller).code }
    }

    /// An API key of somebody's.
    func key(of person: Person) throws -> (id: RowID, text: String) {
        guard let caller = try store.caller(bearing: person.token, from: Self.here) else {
            throw Complaint("they are not signed in")
        }
        let made = try store.createKey(APIKeyRequest(name: "key"), by: caller)
        return (made.key.id, made.text)
    }

    func revoke(_ key: RowID, of person: Person) throws {
        guard let caller = try store.caller(bearing: person.token, from: Self.here) else {
            throw Complaint("they are not signed in")
        }
        try store.revokeKey(key, by: caller)
    }
}
