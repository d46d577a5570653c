internal import GRDB

/// What went wrong with a replica, in words that say what to do. Only the code counts for equality.
package struct ReplicaError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case notFound
        case busy
        case readOnly
        case diskFull
        case newerSchema
        case damaged
        case retired
        case foreignWorkspace
        case denied
        /// Something was given that can not be taken.
        case invalid
        case internalFault
        case io
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (a: Self, b: Self) -> Bool { a.code == b.code }

    package var description: String { message }
}

extension ReplicaError {
    /// Puts what SQLite says into the user's words; other errors pass unchanged.
    package static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw ReplicaError(error, path)
        }
    }

    init(noSpaceFor path: String) {
        self.init(.diskFull, "there is no space left for \(path); nothing was changed; free some and try again")
    }

    private init(_ error: DatabaseError, _ path: String) {
        let isSpaceForSharing = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
        switch isSpaceForSharing ? .SQLITE_FULL : error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, "another process has held the library \(path) for too long; try again when it is done")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .readOnly,
                "the library \(path) can't be written to; check the permissions of its directory and of the files in it"
            )
        case .SQLITE_CANTOPEN:
            self.init(.io, "the library \(path) can't be opened; check that its directory exists and may be written to")
        case .SQLITE_FULL:
            self.init(noSpaceFor: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.damaged, "\(path) is damaged or no Offbook library; restore it, or make it anew and sync")
        case .SQLITE_IOERR:
            self.init(.io, "reading or writing \(path) failed (\(error.message ?? "I/O error")); nothing was changed")
        default:
            self.init(.internalFault, "\(path): \(error.message ?? "error \(error.resultCode.rawValue)")")
        }
    }
}
