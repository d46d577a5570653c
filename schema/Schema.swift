/// The SQL of the migrations in this directory, in the order in which they run.
///
/// Each file is compiled into the binary. A migration is never edited once a release has shipped
/// it; a change is a new file, and a new line here.
package enum Schema {
    package struct Migration: Sendable {
        package let name: String
        package let sql: String

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.sql = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The migrations of a replica file.
    package static var replica: [Migration] {
        [
            Migration("m0001_library", PackageResources.m0001_library_sql),
            Migration("m0002_completions", PackageResources.m0002_completions_sql),
            Migration("m0003_policies", PackageResources.m0003_policies_sql),
        ]
    }

    /// The migrations of the server's ledger file.
    package static var ledger: [Migration] {
        [Migration("m0001_credits", PackageResources.m0001_credits_sql)]
    }

    /// The migrations of the server's log of messages.
    package static var messages: [Migration] {
        [Migration("m0001_messages", PackageResources.m0001_messages_sql)]
    }

    /// The migrations of the server's directory file.
    package static var directory: [Migration] {
        [Migration("m0001_accounts", PackageResources.m0001_accounts_sql)]
    }
}
