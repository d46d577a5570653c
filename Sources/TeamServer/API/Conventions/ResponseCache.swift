internal import Changesets
internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import ReplicaStore
internal import Synchronization

/// Answers to what is asked again and again. One is given for as long as nothing is changed in what it was
/// made of, by whatever process: the workspace's replica, and who reaches that (a team server's directory). So it
/// is always what the route would answer now, and whoever lost their access gets none.
///
/// Memory is bounded: answers are kept in two generations, and the older one goes when the newer is full.
final class ResponseCache: Sendable {
    /// All that an answer depends on but what is marked.
    struct Question: Hashable, Sendable {
        var credential: String
        /// With the query.
        var target: String
        /// The workspace that a header names.
        var workspace: String?
    }

    /// What the marks were before somebody began to answer.
    struct Draft: Sendable {
        var question: Question
        var access: Int64
        var workspace: RowID?
        var replica: Int64 = 0
        /// When the credential is over, in Unix milliseconds.
        var until: Int64
    }

    private struct Entry {
        var draft: Draft
        var answer: Answer

        /// In bytes, about.
        var size: Int { answer.body.count + draft.question.target.utf8.count + 512 }
    }

    private struct Contents {
        var young: [Question: Entry] = [:]
        var old: [Question: Entry] = [:]
        var youngBytes = 0
    }

    /// Longer answers are asked for so rarely that they would only push others out.
    private static let answerMax = 1 << 18
    private let generationMax: Int
    private let contents = Mutex(Contents())
    private let marking: any Marking

    init(_ marking: any Marking, bytesMax: Int = 64 << 20) {
        self.marking = marking
        generationMax = bytesMax / 2
    }

    /// - Returns: nil for a request whose answer is never kept.
    static func question(_ route: Route, _ request: Request, to source: any LibrarySource) -> Question? {
        guard route.isKept, request.headers[.contentLength] == nil, request.headers[.transferEncoding] == nil,
            let credential = source.credential(of: request)
        else { return nil }
        return Question(
            credential: credential, target: request.uri.string,
            workspace: HTTPField.Name("Offbook-Workspace").flatMap { request.headers[$0] })
    }

    func answer(_ question: Question) throws -> Answer? {
        guard let entry = contents.withLock({ $0.young[question] ?? $0.old[question] }),
            entry.draft.until > marking.now,
            let workspace = entry.draft.workspace, try marking.mark() == entry.draft.access,
            try marking.mark(of: workspace) == entry.draft.replica
        else { return nil }
        return entry.answer
    }

    /// To be called before anything is looked up.
    func draft(_ question: Question) throws -> Draft {
        Draft(question: question, access: try marking.mark(), until: marking.now + DirectoryStore.useGrain)
    }

    /// To be called before the workspace is read.
    func located(_ draft: Draft, _ call: Call) throws -> Draft {
        var draft = draft
        guard let id = try call.workspaceID else { return draft }
        draft.workspace = id
        draft.replica = try marking.mark(of: id)
        if let until = call.signedIn?.until { draft.until = min(draft.until, until) }
        return draft
    }

    func keep(_ answer: Answer, _ draft: Draft) {
        let entry = Entry(draft: draft, answer: answer)
        guard draft.workspace != nil, entry.size <= Self.answerMax else { return }
        contents.withLock { contents in
            if contents.youngBytes + entry.size > generationMax {
                (contents.old, contents.young, contents.youngBytes) = (contents.young, [:], 0)
            }
            let former = contents.young.updateValue(entry, forKey: draft.question)
            contents.youngBytes += entry.size - (former?.size ?? 0)
        }
    }
}
