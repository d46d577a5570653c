package import Changesets
internal import ReplicaStore

/// What somebody sent to a language model and what came back, as the log keeps it.
package struct LoggedMessage: Hashable, Sendable {
    /// A UUIDv7 of `createdAt`, so that the order of ids is that of time.
    package let id: RowID
    package let user: RowID
    package let workspace: RowID
    /// Unix milliseconds.
    package let createdAt: Int64
    /// All that is sealed on the disk. What is above is not.
    package var content: MessageContent

    package init(
        user: RowID, workspace: RowID, createdAt: Int64 = systemMilliseconds(), _ content: MessageContent
    ) {
        self.init(
            id: .uuid7(at: createdAt), user: user, workspace: workspace, createdAt: createdAt, content: content)
    }

    init(id: RowID, user: RowID, workspace: RowID, createdAt: Int64, content: MessageContent) {
        (self.id, self.user, self.workspace, self.createdAt) = (id, user, workspace, createdAt)
        self.content = content
    }

    /// About what it holds in memory.
    var bytes: Int { content.prompt.utf8.count + content.response.utf8.count + 512 }
}

/// What was said, and how it went. It is sealed as JSON with these names: one that is added must be optional, or
/// what is there already can't be read.
package struct MessageContent: Codable, Hashable, Sendable {
    package var requestID = ""
    package var model = ""
    package var provider = ""
    /// The style (`r_type`) that was asked for.
    package var style: String?
    /// Where it came in: “gateway”, “completions”, “batch” and the like.
    package var route = ""
    /// The request's messages, as JSON. No longer JSON where it was cut.
    package var prompt = ""
    package var response = ""
    package var isStream = false
    package var outcome = ""
    package var inputTokens: Int64 = 0
    package var outputTokens: Int64 = 0
    package var costNanodollars: Int64 = 0
    package var latencyMilliseconds: Int64 = 0
    /// Whether more was sent than is kept.
    package private(set) var isPromptCut = false
    /// Whether more came back than is kept.
    package private(set) var isResponseCut = false

    /// Of the prompt and of the response each.
    package static let textBytesMax = 65_536
    /// Of each of the names, some of which are whatever a client has sent.
    package static let nameBytesMax = 1024

    package init() {}

    /// Keeps the beginnings of what is too long. Takes no longer for what is far too long.
    mutating func cut() {
        if Self.cut(&prompt, Self.textBytesMax) { isPromptCut = true }
        if Self.cut(&response, Self.textBytesMax) { isResponseCut = true }
        cutNames()
    }

    private mutating func cutNames() {
        Self.cut(&requestID, Self.nameBytesMax)
        Self.cut(&model, Self.nameBytesMax)
        Self.cut(&provider, Self.nameBytesMax)
        Self.cut(&route, Self.nameBytesMax)
        Self.cut(&outcome, Self.nameBytesMax)
        if var kept = style, Self.cut(&kept, Self.nameBytesMax) { style = kept }
    }

    /// - Returns: whether it was longer.
    @discardableResult
    private static func cut(_ text: inout String, _ bytesMax: Int) -> Bool {
        let bytes = text.utf8
        guard bytes.count > bytesMax else { return false }
        var end = bytes.index(bytes.startIndex, offsetBy: bytesMax)
        // Not in the middle of a character's bytes.
        while end > bytes.startIndex, bytes[end] & 0xC0 == 0x80 { end = bytes.index(before: end) }
        text = String(text[..<end])
        return true
    }
}

/// A message as it is read. Its content is nil where its row can't be opened, as it was damaged or changed by
/// somebody without the key: it is shown that there was one, and the others can still be read.
package struct MessageLogEntry: Hashable, Sendable {
    package let id: RowID
    package let user: RowID
    package let workspace: RowID
    /// Unix milliseconds.
    package let createdAt: Int64
    package let content: MessageContent?
}
