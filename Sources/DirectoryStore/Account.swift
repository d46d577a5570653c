package import Changesets
internal import FoundationEssentials
internal import GRDB

/// Somebody, or a program, that the server knows.
package struct Account: Hashable, Sendable {
    package enum Kind: String, Sendable { case person, service }

    package var id: RowID
    package var kind: Kind
    /// Empty where there is none.
    package var email: String
    package var username: String
    package var profile: Profile
    /// Runs the server.
    package var isOperator: Bool
    package var isActive: Bool
    package var isVerified: Bool
    /// Unix milliseconds.
    package var createdAt: Int64
    package var updatedAt: Int64
}

/// What people say of themselves.
package struct Profile: Hashable, Sendable {
    package var name = ""
    package var avatarURL = ""
    package var userType = ""
    package var aboutMe = ""
    package var hobbies = ""

    package init() {}

    static let lengthMax = 2000

    /// - Throws: `AccountError.invalid` where one of them has more than 2000 characters.
    func check() throws {
        let fields = [
            ("name", name), ("avatar_url", avatarURL), ("user_type", userType), ("about_me", aboutMe),
            ("hobbies", hobbies),
        ]
        for (field, text) in fields where text.count > Self.lengthMax {
            throw AccountError(.invalid, "\(field) has more than \(Self.lengthMax) characters", field: field)
        }
    }
}

extension Account {
    init(_ row: Row) throws {
        id = try row.id("id")
        kind = Kind(rawValue: row["kind"]) ?? .service
        email = row["email"] ?? ""
        username = row["username"] ?? ""
        profile = Profile()
        profile.name = row["name"]
        profile.avatarURL = row["avatar_url"]
        profile.userType = row["user_type"]
        profile.aboutMe = row["about_me"]
        profile.hobbies = row["hobbies"]
        isOperator = row["is_operator"]
        isActive = row["is_active"]
        isVerified = row["is_verified"]
        createdAt = row["created_at"]
        updatedAt = row["updated_at"]
    }
}

extension Row {
    /// - Throws: where the column holds no id, which nothing but damage brings about.
    func id(_ column: String) throws -> RowID {
        guard let id = optionalID(column) else { throw AccountError(.busy, "the directory is damaged: \(column)") }
        return id
    }

    func optionalID(_ column: String) -> RowID? { (self[column] as Data?).flatMap { RowID($0) } }
}

extension RowID {
    var data: Data { Data(bytes) }
}

extension Database {
    func account(_ id: RowID) throws -> Account? {
        try Row.fetchOne(cachedStatement(sql: "SELECT * FROM accounts WHERE id = ?"), arguments: [id.data])
            .map(Account.init)
    }

    func accountRow(emailKey: String?) throws -> Row? {
        try Row.fetchOne(self, sql: "SELECT * FROM accounts WHERE email_key = ?", arguments: [emailKey])
    }
}
