internal import Changesets
internal import ReplicaStore

/// Whole sets of what is beside a prompt's text, and of what is in a group: as somebody says that they are to be.
extension Library {
    package func setTags(_ name: String, to tags: [String]) throws {
        let present = Set(try state(name).tags)
        let wanted = Set(tags)
        try untag(name, present.subtracting(wanted).sorted())
        try tag(name, tags.filter { !present.contains($0) })
    }

    /// - Parameter isWhole: whether facts that are not named go.
    package func setMetadata(_ name: String, to facts: [String: String], isWhole: Bool) throws {
        let present = try state(name).metadata
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) where present[key] != value {
            try setMetadata(name, key, value)
        }
        guard isWhole else { return }
        for key in present.keys.sorted() where facts[key] == nil { try unsetMetadata(name, key) }
    }

    /// Puts the prompts of a group in a new order.
    ///
    /// - Parameter prompts: ids. Those in the group that are not named come after them, as they were.
    /// - Throws: `notFound` for one that is not in the group, `invalid` for one named twice.
    package func reorder(_ groupName: String, _ prompts: [String]) throws {
        try replica.write { transaction in
            let group = try transaction.reading.resolveGroup(groupName)
            let entries = try transaction.reading.entries(of: group.id)
            guard Set(prompts).count == prompts.count else {
                throw LibraryError(.invalid, "a prompt is named twice in the new order")
            }
            let named = try prompts.map { id in
                guard let entry = entries.first(where: { $0.prompt.hex == id }) else {
                    throw LibraryError(.notFound, "the prompt \(id) is not in the group “\(group.name)”")
                }
                return entry
            }
            let ordered = named + entries.filter { !prompts.contains($0.prompt.hex) }
            for (entry, rank) in zip(ordered, FractionalRank.evenly(ordered.count)) where entry.rank != rank {
                try transaction.update(.groupEntries, entry.id, ["rank": .text(rank)])
            }
        }
    }

    package func describeGroup(_ name: String, _ description: String) throws {
        try replica.write { transaction in
            let group = try transaction.reading.resolveGroup(name)
            try transaction.update(.groups, group.id, ["description": .text(description)])
        }
    }

    package static let projectStatuses = ["active", "archived", "draft"]

    package func setProjectStatus(_ name: String, _ status: String) throws {
        guard Self.projectStatuses.contains(status) else {
            throw LibraryError(
                .invalid, "a project's status is one of: \(Self.projectStatuses.joined(separator: ", "))")
        }
        try replica.write { transaction in
            let project = try transaction.reading.resolveProject(name)
            try transaction.update(.projects, project.id, ["status": .text(status)])
        }
    }

    /// `draft` or `active`; whether a prompt is archived is said apart.
    package func setStatus(_ name: String, _ status: String) throws {
        guard ["draft", "active"].contains(status) else {
            throw LibraryError(.invalid, "a status is one of: draft, active, archived")
        }
        try change(name) { transaction, prompt in
            guard prompt.status != status else { return }
            try transaction.update(.prompts, prompt.id, ["status": .text(status)])
        }
    }
}

/// A label and the version that it points at.
package struct PointerView: Sendable, Equatable {
    package var label: String
    package var version: String
    package var versionID: String
}

extension Library {
    package func labels(_ name: String) throws -> [PointerView] {
        try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, reading)
            return try reading.labels(of: prompt.id).sorted { $0.key < $1.key }.map { label, id in
                PointerView(label: label, version: graph[id].map(graph.name) ?? shortID(id), versionID: id.hex)
            }
        }
    }

    /// Points a label at a version, the head where nil: on the server itself, where protected ones move too.
    ///
    /// - Parameter expected: the id of the version that it must still point at; nil where any will do.
    /// - Throws: `conflict` where somebody moved it meanwhile.
    package func point(_ label: String, of name: String, at designator: String?, expected: String? = nil) throws {
        try LibraryError.check(name: label)
        try change(name) { transaction, prompt in
            let graph = try BranchGraph(of: prompt.id, transaction.reading)
            guard let version = try designator.map(graph.version) ?? graph.head() else {
                throw LibraryError(.notFound, "the prompt “\(prompt.name)” has no text yet")
            }
            let current = try transaction.reading.labels(of: prompt.id)[label]
            guard expected == nil || expected == current?.hex else {
                throw LibraryError(.conflict, "somebody moved “\(label)” meanwhile: look at it, then try again")
            }
            try transaction.setLabel(label, of: prompt.id, to: version.id)
        }
    }

    package func unlabel(_ name: String, _ label: String) throws {
        try change(name) { transaction, prompt in
            guard try transaction.reading.labels(of: prompt.id)[label] != nil else {
                throw LibraryError(.notFound, "“\(prompt.name)” has no label “\(label)”")
            }
            try transaction.setLabel(label, of: prompt.id, to: nil)
        }
    }
}
