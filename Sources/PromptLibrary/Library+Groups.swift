internal import Changesets
internal import ReplicaStore

/// Where in a group a prompt goes.
package enum GroupPlace: Sendable, Equatable {
    case first
    case last
    case before(String)
    case after(String)
    /// Counted from 1.
    case position(Int)
}

extension Library {
    package func group(_ name: String) throws -> GroupView {
        try replica.read { GroupView(try $0.resolveGroup(name)) }
    }

    package func groups(_ page: PageRequest = PageRequest()) throws -> Listing<GroupView> {
        try replica.read { reading in try page.page(of: reading.groups().map { GroupView($0) }) }
    }

    package func groupEntries(_ name: String, _ page: PageRequest = PageRequest()) throws -> Listing<GroupEntryView> {
        try replica.read { reading in
            let entries = try reading.entries(of: reading.resolveGroup(name).id)
            return try page.page(
                of: entries.enumerated().map {
                    GroupEntryView(prompt: $1.promptName, promptID: $1.prompt.hex, position: $0 + 1)
                })
        }
    }

    /// - Parameter isPrivate: whether nobody but who made it sees it, and with whom it is shared.
    package func createGroup(_ name: String, description: String = "", isPrivate: Bool = false) throws -> GroupView {
        try LibraryError.check(name: name)
        return try replica.write { transaction in
            guard try transaction.reading.groups(named: name).isEmpty else {
                throw LibraryError(.conflict, "there is a group “\(name)” already")
            }
            let id = transaction.newID()
            try transaction.insert(
                into: .groups, id,
                [
                    "name": .text(name), "description": .text(description), "created_at": .integer(transaction.now),
                    "created_by": .blob(transaction.user),
                    "visibility": .text(Visibility.text(isPrivate: isPrivate)),
                ])
            return GroupView(try transaction.reading.resolveGroup(id.hex))
        }
    }

    package func renameGroup(_ name: String, to newName: String) throws {
        try LibraryError.check(name: newName)
        try replica.write { transaction in
            let group = try transaction.reading.resolveGroup(name)
            guard try transaction.reading.groups(named: newName).allSatisfy({ $0.id == group.id }) else {
                throw LibraryError(.conflict, "there is a group “\(newName)” already")
            }
            try transaction.update(.groups, group.id, ["name": .text(newName)])
        }
    }

    /// The prompts in it stay where they are.
    package func deleteGroup(_ name: String) throws {
        try replica.write { transaction in
            try transaction.delete(from: .groups, transaction.reading.resolveGroup(name).id)
        }
    }

    /// Adds the prompt, or moves it where it is in the group already.
    package func place(_ promptName: String, in groupName: String, _ place: GroupPlace, mustBeIn: Bool = false) throws {
        try replica.write { transaction in
            let group = try transaction.reading.resolveGroup(groupName)
            let prompt = try transaction.reading.resolvePrompt(promptName)
            let entries = try transaction.reading.entries(of: group.id)
            let present = entries.filter { $0.prompt == prompt.id }
            if mustBeIn, present.isEmpty {
                throw LibraryError(.notFound, "“\(promptName)” is not in the group “\(groupName)”; add it first")
            }
            let others = entries.filter { $0.prompt != prompt.id }
            let index = try transaction.index(of: place, among: others)
            let id = present.first?.id ?? NaturalKey.groupEntry(group.id, prompt.id)
            for twin in present.dropFirst() { try transaction.delete(from: .groupEntries, twin.id) }
            let rank = try transaction.rank(at: index, among: others)
            if present.isEmpty {
                try transaction.insert(
                    into: .groupEntries, id,
                    ["group_id": .blob(group.id), "prompt_id": .blob(prompt.id), "rank": .text(rank)])
            } else {
                try transaction.update(.groupEntries, id, ["rank": .text(rank)])
            }
        }
    }

    package func remove(_ promptName: String, fromGroup groupName: String) throws {
        try replica.write { transaction in
            let group = try transaction.reading.resolveGroup(groupName)
            let prompt = try transaction.reading.resolvePrompt(promptName)
            let entries = try transaction.reading.entries(of: group.id).filter { $0.prompt == prompt.id }
            guard !entries.isEmpty else {
                throw LibraryError(.notFound, "“\(promptName)” is not in the group “\(groupName)”")
            }
            for entry in entries { try transaction.delete(from: .groupEntries, entry.id) }
        }
    }
}

extension WriteTransaction {
    fileprivate func index(of place: GroupPlace, among entries: [GroupEntryRecord]) throws -> Int {
        switch place {
        case .first: return 0
        case .last: return entries.count
        case .position(let position):
            guard position >= 1 else { throw LibraryError(.invalid, "positions in a group count from 1") }
            return min(position - 1, entries.count)
        case .before(let name): return try neighbour(name, entries)
        case .after(let name): return try neighbour(name, entries) + 1
        }
    }

    private func neighbour(_ name: String, _ entries: [GroupEntryRecord]) throws -> Int {
        let prompt = try reading.resolvePrompt(name)
        guard let place = entries.firstIndex(where: { $0.prompt == prompt.id }) else {
            throw LibraryError(.notFound, "“\(name)” is not in that group")
        }
        return place
    }

    /// A rank for a new place. Where two nodes gave out the same rank there is no room between, and
    /// the group is ranked anew.
    fileprivate func rank(at index: Int, among entries: [GroupEntryRecord]) throws -> String {
        let before = index > 0 ? entries[index - 1].rank : ""
        let after = index < entries.count ? entries[index].rank : nil
        if let rank = FractionalRank.between(before, after) { return rank }
        let ranks = FractionalRank.evenly(entries.count + 1)
        for (place, entry) in entries.enumerated() {
            let rank = ranks[place < index ? place : place + 1]
            if rank != entry.rank { try update(.groupEntries, entry.id, ["rank": .text(rank)]) }
        }
        return ranks[index]
    }
}
