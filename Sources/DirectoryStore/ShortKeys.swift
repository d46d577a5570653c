internal import AccessControl
internal import Changesets
internal import GRDB

/// Keys of the length and the look that PromptEnchanter's clients know: `pe-` and 32 digits.
extension DirectoryStore {
    /// For an account that was just made.
    package func createShortKey(of account: Account, from origin: Origin) throws -> CreatedKey {
        try write { try insertShortKey($0, account.id, by: Doer(account.id, origin)) }
    }

    package func createShortKey(by caller: Caller) throws -> CreatedKey {
        guard caller.boundTo == nil, caller.permissions == .all else {
            throw AccountError(.denied, "this key can't make one that allows more than it does")
        }
        return try write { try insertShortKey($0, caller.account, by: caller.doer) }
    }

    private func insertShortKey(_ database: Database, _ account: RowID, by doer: Doer) throws -> CreatedKey {
        try insertKey(
            database, APIKeyRequest(name: "PromptEnchanter"), for: account, isDevice: false, prefix: APIKey.shortPrefix,
            by: doer)
    }

    /// The address of whoever has a username, to sign in by.
    package func address(ofUsername name: String) throws -> String? {
        try read {
            try String.fetchOne(
                $0, sql: "SELECT email FROM accounts WHERE username_key = ?", arguments: [name.lowercased()])
        }
    }
}

extension APIKey {
    package static let shortPrefix = "pe-"

    package var isShort: Bool { prefix.hasPrefix(Self.shortPrefix) }
}
