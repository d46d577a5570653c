internal import Changesets
internal import DirectoryStore
internal import Hummingbird
internal import PromptLibrary

/// What the interface answers from: on a team server the workspaces that accounts reach, in the daemon the
/// replicas of its own data directory. A source says who asks and what they may do there; all else, from the
/// routes to the answers that are kept, is the same over every source.
protocol LibrarySource: Marking {
    /// By what an answer is given that is kept: whoever comes with the same one gets it too. Nil for a request
    /// whose answer is not kept.
    func credential(of request: Request) -> String?

    /// Whoever makes a request; nil where that is nobody known.
    func requester(of request: Request, _ context: ServerContext) async throws -> Requester?

    /// What somebody is told who is nobody known.
    var strangerError: AccountError { get }

    /// An error as it may be told here.
    func told(_ error: any Error) -> any Error

    func origin(of request: Request, _ context: ServerContext) -> Origin

    /// Lets a call through to its route, or throws, as the route's policy says.
    ///
    /// - Returns: the workspace that it is about; nil where it is about none.
    func place(of call: Call) throws -> Place?

    /// The library of the place that a call was let through to, through its requester's eyes.
    func library(of call: Call, in place: Place) throws -> Library

    /// What is known of a request with an `Idempotency-Key`. Of many at once, one is `new`, and is either kept
    /// or forgotten.
    ///
    /// - Parameter request: all that makes the request what it is.
    func begin(_ key: String, _ request: [UInt8], by requester: Requester) throws -> IdempotentRequest
    func keep(_ answer: KeptAnswer, under key: String, by requester: Requester) throws
    func forget(_ key: String, by requester: Requester) throws
}

extension LibrarySource {
    func told(_ error: any Error) -> any Error { error }
}

/// By what it shows that an answer would not be the same any more. Numbers that are compared with themselves only;
/// to look at one costs some microseconds.
protocol Marking: Sendable {
    /// Another one once it may have changed who reaches which workspace.
    func mark() throws -> Int64
    /// Another one once anything in the workspace may have changed, through whatever process.
    func mark(of workspace: RowID) throws -> Int64
    /// Unix milliseconds.
    var now: Int64 { get }
}

/// Who makes a request.
enum Requester: Sendable {
    /// Somebody with an account on this server.
    case account(Caller)
    /// Whoever works on this machine, as the user that the daemon runs as.
    case localUser

    /// When they are not to be believed any more, in Unix milliseconds; nil for never.
    var until: Int64? { if case .account(let caller) = self { caller.until } else { nil } }
}

/// The workspace that a call is about, and what it may do there.
struct Place: Sendable {
    /// Nil for one of a team server that no node has claimed yet.
    var id: RowID?
    /// Names it, also while it has no id.
    var key: String
    /// Whether using a prompt is counted; whoever may only read leaves no trace.
    var countsUse: Bool
    /// What the caller is there, on a team server.
    var reach: Reach?
}
