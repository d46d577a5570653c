internal import Changesets
internal import ReplicaStore
package import SyncEngine

/// What a label's move came to.
package struct LabelView: Encodable, Sendable, Equatable {
    package var prompt: String
    package var label: String
    /// The version's name; nil where the label was taken away.
    package var version: String?
}

extension Library {
    /// Points a label at a version, the head where nil, or takes it away.
    ///
    /// - Parameter transport: the server, where there is one. A protected label then moves only there,
    ///   and only if it still points at what this node believes.
    package func label(
        _ name: String, _ label: String, version designator: String? = nil, removing: Bool = false,
        over transport: (any SyncTransport)?
    ) async throws -> LabelView {
        try LibraryError.check(name: label)
        let (move, view) = try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, reading)
            let version = try removing ? nil : designator.map(graph.version) ?? graph.head()
            guard removing || version != nil else {
                throw LibraryError(.notFound, "the prompt “\(name)” has no text yet")
            }
            let current = try reading.labels(of: prompt.id)[label]
            guard !removing || current != nil else {
                throw LibraryError(.notFound, "“\(name)” has no label “\(label)”")
            }
            return (
                LabelMove(prompt: prompt.id, label: label, expected: current, version: version?.id),
                LabelView(prompt: prompt.name, label: label, version: version.map(graph.name))
            )
        }
        if let transport, ProtectedLabels.contains(label) {
            try await moveOnline(move, over: transport)
        } else {
            try replica.write { try $0.setLabel(label, of: move.prompt, to: move.version) }
        }
        return view
    }

    /// Pushes first, as the server must have the version, and pulls what it made of the label.
    private func moveOnline(_ move: LabelMove, over transport: any SyncTransport) async throws {
        _ = try await sync(over: transport)
        let workspace = try replica.clientIdentity().workspace
        let reply = try await transport.send(.label(LabelRequest(move, workspace: workspace)))
        guard let (isMoved, version) = reply.labelMove else {
            throw TransportError("the server gave an answer that does not fit the question")
        }
        _ = try await sync(over: transport)
        // A request that the network brought twice, or whose first reply it lost, finds its work done.
        guard isMoved || version == move.version else {
            let now = version.map(shortID) ?? "nothing"
            throw LibraryError(
                .conflict,
                "somebody moved “\(move.label)” meanwhile: it points at \(now) now; look at it, then try again")
        }
    }
}
