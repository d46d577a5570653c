internal import Changesets
internal import ReplicaStore

/// A fact about a prompt that is nobody's field.
package struct MetadataView: Encodable, Sendable, Equatable {
    package var key: String
    package var value: String
}

extension Library {
    package func metadata(_ name: String, _ page: PageRequest = PageRequest()) throws -> Listing<MetadataView> {
        try replica.read { reading in
            let facts = try reading.metadata(of: reading.resolvePrompt(name).id)
            return try page.page(
                of: facts.sorted { $0.key < $1.key }.map { MetadataView(key: $0.key, value: $0.value) })
        }
    }

    package func setMetadata(_ name: String, _ key: String, _ value: String) throws {
        try LibraryError.check(name: key)
        try replica.write { transaction in
            try transaction.setMetadata(of: transaction.reading.resolvePrompt(name).id, key, value)
        }
    }

    package func unsetMetadata(_ name: String, _ key: String) throws {
        try replica.write { transaction in
            let rows = try transaction.reading.metadataRows(of: transaction.reading.resolvePrompt(name).id, key: key)
            guard !rows.isEmpty else {
                throw LibraryError(.notFound, "“\(name)” has no “\(key)”; see: offbook meta list")
            }
            for row in rows { try transaction.delete(from: .metadata, row) }
        }
    }
}

extension WriteTransaction {
    func setMetadata(of prompt: RowID, _ key: String, _ value: String) throws {
        let rows = try reading.metadataRows(of: prompt, key: key)
        for row in rows { try update(.metadata, row, ["value": .text(value)]) }
        guard rows.isEmpty else { return }
        try insert(
            into: .metadata, NaturalKey.metadata(prompt, key),
            ["prompt_id": .blob(prompt), "key": .text(key), "value": .text(value)])
    }
}
