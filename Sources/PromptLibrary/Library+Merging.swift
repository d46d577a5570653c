internal import Changesets
package import ReplicaStore
internal import TextMerge

/// Two versions of a prompt about to become one.
package struct MergePlan: Sendable {
    package var prompt: PromptRecord
    package var ours: VersionRecord
    package var theirs: VersionRecord
    package var oursName: String
    package var theirsName: String
    package var baseName: String
    package var merged: ContentMerge
    var oursContent: PromptContent
    var theirsContent: PromptContent

    /// Whether both sides' changes fit together.
    package var isClean: Bool { merged.isClean }
}

/// How a merge is to be settled.
package enum MergeResolution: Sendable {
    /// Only where everything fits together.
    case clean
    case ours
    case theirs
    /// Somebody's own text, with the merged settings.
    case text(String)
    /// Somebody's own text and settings.
    case content(PromptContent)
}

extension Library {
    /// - Parameter other: the version to merge into the head; the only divergence where nil.
    package func planMerge(_ name: String, from other: String? = nil) throws -> MergePlan {
        try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, reading)
            guard let ours = graph.head() else { throw LibraryError(.notFound, "the prompt “\(name)” has no text yet") }
            let theirs = try other.map(graph.version) ?? onlyDivergence(graph, name)
            guard !graph.ancestry(of: ours.id).contains(theirs.id) else {
                throw LibraryError(.conflict, "\(graph.name(of: theirs)) is part of \(graph.name(of: ours)) already")
            }
            return try plan(prompt, graph, ours, theirs, reading)
        }
    }

    private func onlyDivergence(_ graph: BranchGraph, _ name: String) throws -> VersionRecord {
        let others = graph.visibleTips().dropFirst()
        guard let first = others.first else {
            throw LibraryError(.notFound, "“\(name)” has not diverged: nothing to merge")
        }
        guard others.count == 1 else {
            let names = others.map { graph.name(of: $0) }.joined(separator: ", ")
            throw LibraryError(.ambiguous, "“\(name)” has several divergences; say which to merge: \(names)")
        }
        return first
    }

    private func plan(
        _ prompt: PromptRecord, _ graph: BranchGraph, _ ours: VersionRecord, _ theirs: VersionRecord,
        _ reading: ReadTransaction
    ) throws -> MergePlan {
        let base = graph.mergeBase(ours.id, theirs.id)
        let baseContent = try PromptContent(try base.flatMap { try reading.content(of: $0.id) } ?? .empty)
        let oursContent = try PromptContent(try reading.content(of: ours.id) ?? .empty)
        let theirsContent = try PromptContent(try reading.content(of: theirs.id) ?? .empty)
        return MergePlan(
            prompt: prompt, ours: ours, theirs: theirs, oursName: graph.name(of: ours),
            theirsName: graph.name(of: theirs), baseName: base.map(graph.name) ?? "nothing",
            merged: ContentMerge(base: baseContent, ours: oursContent, theirs: theirsContent),
            oursContent: oursContent, theirsContent: theirsContent)
    }

    /// Makes the merge version. A clean merge has the same content, and so the same id, whichever
    /// node makes it.
    ///
    /// - Returns: the version's name.
    /// - Throws: `conflict` where the resolution leaves something undecided.
    package func merge(_ plan: MergePlan, _ resolution: MergeResolution, message: String = "") throws -> String {
        let content = try resolved(plan, resolution).stored()
        return try replica.write { transaction in
            guard try transaction.reading.prompt(plan.prompt.id) != nil else {
                throw LibraryError(.conflict, "the prompt “\(plan.prompt.name)” was deleted meanwhile")
            }
            let saved = try transaction.save(
                VersionDraft(
                    prompt: plan.prompt.id, parents: [plan.ours.id, plan.theirs.id].sorted(), kind: "merge",
                    content: content, message: message))
            let graph = try BranchGraph(of: plan.prompt.id, transaction.reading)
            return graph[saved].map(graph.name) ?? shortID(saved)
        }
    }

    private func resolved(_ plan: MergePlan, _ resolution: MergeResolution) throws -> PromptContent {
        switch resolution {
        case .ours: return plan.oursContent
        case .theirs: return plan.theirsContent
        case .content(let content): return content
        case .text(let text):
            if plan.isWhole, text.hasPrefix("---\n") { return try plan.content(ofMarked: text) }
            guard !MergedText.containsMarkers(text) else {
                throw LibraryError(.conflict, "there are conflict markers left in the text; nothing was merged")
            }
            guard plan.merged.conflictingNames.isEmpty else { throw undecided(plan) }
            return plan.merged.around(text)
        case .clean:
            guard let content = plan.merged.content else { throw undecided(plan) }
            return content
        }
    }

    private func undecided(_ plan: MergePlan) -> LibraryError {
        let names = plan.merged.conflictingNames
        let what = [
            plan.merged.text.isClean ? nil : "the same words",
            names.isEmpty ? nil : "the same settings (\(names.joined(separator: ", ")))",
        ]
        return LibraryError(
            .conflict,
            "\(plan.oursName) and \(plan.theirsName) change \(what.compactMap { $0 }.joined(separator: " and ")); "
                + "settle it in an editor, with --ours, --theirs, or --body-file"
                + (names.isEmpty ? "" : " on a file with the settings above the text"))
    }

    /// Takes a divergence out of sight without merging it. Its versions stay in the history.
    package func close(_ name: String, _ designator: String) throws -> String {
        try replica.write { transaction in
            let prompt = try transaction.reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, transaction.reading)
            let version = try graph.version(designator)
            guard let branch = graph.branches.first(where: { graph.visibleTips(of: $0).contains(version) }) else {
                throw LibraryError(.conflict, "\(graph.name(of: version)) is not a divergence; see: offbook branches")
            }
            guard graph.visibleTips(of: branch).count > 1 else {
                throw LibraryError(.conflict, "\(graph.name(of: version)) is the only version that “\(name)” points at")
            }
            for row in graph.tipRows(upTo: version.id, on: branch) { try transaction.delete(from: .tips, row) }
            return graph.name(of: version)
        }
    }
}
