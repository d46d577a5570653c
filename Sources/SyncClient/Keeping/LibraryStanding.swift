internal import SyncEngine

/// How a library stands that is kept in step.
package struct LibraryStanding: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case starting
        /// All that is here is there, and the other way round, as far as is known.
        case inStep = "in-step"
        /// The server can't be reached.
        case offline
        /// The token is not known to the server any more.
        case signedOut = "signed-out"
        /// Whoever uses it does not belong to the workspace any more.
        case noMember = "no-member"
        /// The server does not take part, and trying again soon is of no use.
        case refused
        /// Something is wrong on this machine, such as a full disk.
        case trouble
    }

    package var workspace: String
    package var name: String
    package var server: String
    package var state = State.starting
    /// What is wrong, for people; empty where nothing is.
    package var detail = ""
    /// Whether the server tells at once when there is something to pull.
    package var isListening = false
    /// When a sync last came to its end, in Unix milliseconds.
    package var syncedAt: Int64?
    /// Syncs that came to their end since the daemon began.
    package var syncs = 0

    enum CodingKeys: String, CodingKey {
        case workspace, name, server, state, detail, syncs
        case isListening = "is_listening"
        case syncedAt = "synced_at"
    }
}

extension LibraryStanding.State {
    /// What an error means for whoever waits for a library to be in step.
    init(_ error: any Error) {
        switch error {
        case let refusal as SyncRefusal where refusal.code == .unauthorized: self = .signedOut
        case let refusal as SyncRefusal where refusal.code == .unavailable: self = .offline
        case is SyncRefusal: self = .refused
        case is TransportError: self = .offline
        default: self = .trouble
        }
    }

    /// Whether it may be over soon, by itself.
    var passes: Bool { self == .offline || self == .trouble || self == .starting || self == .inStep }
}
