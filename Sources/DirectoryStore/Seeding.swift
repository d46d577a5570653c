package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Somebody in an example.
package struct SeedPerson: Sendable {
    package var email: String
    package var name: String
    package var role: Role

    package init(email: String, name: String, role: Role) {
        self.email = email
        self.name = name
        self.role = role
    }
}

extension DirectoryStore {
    /// Makes a workspace with people in it, all or nothing. Its owners run the server, too.
    ///
    /// - Returns: for each of them a password that works once, which is not kept and can't be shown again.
    /// - Throws: `AccountError.emailTaken`.
    package func seed(workspace name: String, id: RowID, _ people: [SeedPerson]) throws -> [String] {
        try check(workspaceName: name)
        let secrets = people.map { _ in String(RandomSecret.text(prefix: "").prefix(24)) }
        let hashes = try secrets.map { try passwords.hash($0) }
        try write { database in
            let workspace = try insertWorkspace(database, name, id, by: nil)
            try audit(database, .workspaceCreated, by: Doer(nil, .console), workspace: workspace.key, on: name)
            for (person, hash) in zip(people, hashes) { try insert(database, person, hash, in: workspace) }
        }
        return secrets
    }

    private func insert(
        _ database: Database, _ person: SeedPerson, _ hash: String, in workspace: DirectoryWorkspace
    ) throws {
        let email = try EmailAddress(person.email)
        guard try database.accountRow(emailKey: email.key) == nil else {
            throw AccountError(.emailTaken, "\(email.text) has an account here already: nothing was changed")
        }
        var profile = Profile()
        profile.name = person.name
        let account = try insertPerson(database, email, nil, profile, password: hash, isVerified: true)
        try database.execute(
            sql: "UPDATE accounts SET password_is_once = 1, is_operator = ? WHERE id = ?",
            arguments: [person.role == .owner, account.data])
        try setMember(database, account, person.role, in: workspace.key)
        try audit(
            database, .memberAdded, by: Doer(nil, .console), workspace: workspace.key, on: email.text,
            person.role.rawValue)
    }
}
