package import Changesets
internal import FoundationEssentials

/// The private key of a replica. It lies beside the replica's file and not in it, as that may be copied
/// or sent, and names the replica: a copy of the whole directory takes a new id, and then a key of its own.
private struct SigningKeyFile: Codable {
    var replica: String
    /// Hexadecimal digits, like `replica`.
    var key: String

    static func read(_ path: String) throws -> SigningKeyFile? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path),
            let file = try? JSONDecoder().decode(SigningKeyFile.self, from: data), file.signingKey != nil
        else {
            throw ReplicaError(
                .damaged, "the key \(path) can't be read; check its permissions, or remove it to get a new one")
        }
        return file
    }

    var signingKey: SigningKey? { RowID(hex: key).flatMap { SigningKey(secret: $0.bytes) } }
}

extension Replica {
    /// Where its private key is.
    package var signingKeyPath: String { (path.hasSuffix(".sqlite") ? String(path.dropLast(7)) : path) + ".key" }

    /// The key by which this replica signs. Made where there is none of this very replica's, and announced
    /// in its row of `nodes`, so that others know it from then on.
    package func signingKey() throws -> SigningKey {
        try settle()
        if let key = try ownKey(), try read({ try $0.announcedKey() }) == key.publicKey { return key }
        return try write { transaction in
            let key = try ownKey(transaction.replica) ?? makeKey(transaction.replica)
            try transaction.announce(key.publicKey)
            return key
        }
    }

    private func ownKey() throws -> SigningKey? { try ownKey(try replicaID()) }

    private func ownKey(_ replica: ReplicaID) throws -> SigningKey? {
        guard let file = try SigningKeyFile.read(signingKeyPath), file.replica == replica.rowID.hex else { return nil }
        return file.signingKey
    }

    /// To be called while nobody else writes to the replica.
    private func makeKey(_ replica: ReplicaID) throws -> SigningKey {
        let key = SigningKey()
        let file = SigningKeyFile(replica: replica.rowID.hex, key: hexadecimal(key.secret))
        try SecretFile.write(JSONEncoder().encode(file), to: signingKeyPath)
        return key
    }
}

extension ReadTransaction {
    /// This replica's own public key, as the others see it; nil where it has not been announced.
    package func announcedKey() throws -> [UInt8]? { try publicKey(of: try identity().replica)?.key }

    /// A node of this library, by its name, and its public key; nil where it is not known or has none.
    package func publicKey(of node: ReplicaID) throws -> (name: String, key: [UInt8])? {
        try SQLStatement(database, "SELECT name, public_key FROM nodes WHERE id = ? AND public_key IS NOT NULL")
            .first([.blob(node.rowID)]) { ($0.value(0).text ?? "", $0.bytes(1)) }
    }
}

extension WriteTransaction {
    fileprivate func announce(_ key: [UInt8]) throws {
        guard try reading.announcedKey() != key else { return }
        // Somebody may have removed the row in the shell.
        try insert(
            into: .nodes, replica.rowID, ["name": .text(identity.nodeName), "user_id": .blob(user)])
        try update(.nodes, replica.rowID, ["public_key": .blob(key[...])])
    }
}
