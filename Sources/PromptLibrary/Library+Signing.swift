package import Changesets
package import ReplicaStore

/// Who signed a changeset file, as far as a library can tell. That the signature is right is settled when
/// the file is read.
package enum FileSigner: Sendable, Equatable {
    case nobody
    /// The node that the file says it is by, whose key this library has.
    case known(node: String)
    /// By a key that this library does not have of that node.
    case unknown(key: [UInt8])
}

/// Which files a library takes, by who signed them. A wrong signature is always refused.
package struct SignerPolicy: Sendable {
    package var takesUnsigned = true
    package var takesUnknown = true
    /// The only key that will do, and enough by itself: somebody has named it.
    package var requiredKey: [UInt8]?

    package init() {}

    /// - Throws: `invalid`, saying what to do.
    package func check(_ signer: FileSigner, _ header: ChangesetFile.Header) throws {
        if let requiredKey {
            guard header.publicKey != requiredKey else { return }
            let what =
                header.publicKey.isEmpty ? "it is not signed" : "it is signed by \(hexadecimal(header.publicKey))"
            throw LibraryError(.invalid, "the changeset is not signed by the key that you named: \(what)")
        }
        switch signer {
        case .known: return
        case .nobody where takesUnsigned, .unknown where takesUnknown: return
        case .nobody:
            throw LibraryError(
                .invalid,
                "the changeset is not signed, and import.unsigned is refuse; ask \(header.nodeName) for one made with "
                    + "offbook export --sign")
        case .unknown(let key):
            throw LibraryError(
                .invalid,
                "the changeset is signed by a key that is not known here as \(header.nodeName)'s: sync first, as the key "
                    + "comes with the node; or ask \(header.nodeName) for what offbook status says there, and if it is "
                    + "\(hexadecimal(key)), import the file with --signed-by and that key")
        }
    }
}

extension Library {
    /// A file can't vouch for its own signer: the key must be here before the file is joined.
    package func signer(of file: ChangesetFile) throws -> FileSigner {
        let header = file.header
        guard !header.publicKey.isEmpty else { return .nobody }
        guard let node = try replica.read({ try $0.publicKey(of: header.replica) }), node.key == header.publicKey
        else { return .unknown(key: header.publicKey) }
        return .known(node: node.name)
    }

    /// As the settings have it. Who refuses what is not signed means what anybody can sign, too, unless
    /// the settings say otherwise.
    package func signerPolicy() throws -> SignerPolicy {
        try replica.read { reading in
            var policy = SignerPolicy()
            let unsigned = try reading.preference(.importUnsigned)
            policy.takesUnsigned = unsigned != "refuse"
            policy.takesUnknown = try (reading.preference(.importUnknownSigner) ?? unsigned) != "refuse"
            return policy
        }
    }

    /// Whether files are signed where nobody says otherwise.
    package func signsExports() throws -> Bool { try preference(.exportSign) == "yes" }

    /// Joins a changeset file, if it may be by who signed it.
    ///
    /// - Parameter policy: nil for that of the settings.
    package func join(_ file: ChangesetFile, _ policy: SignerPolicy? = nil) throws -> ApplySummary {
        try checkSigner(of: file, policy)
        return try replica.join(file)
    }

    /// - Returns: who signed it; it may be joined.
    @discardableResult
    package func checkSigner(of file: ChangesetFile, _ policy: SignerPolicy? = nil) throws -> FileSigner {
        let signer = try signer(of: file)
        try (policy ?? signerPolicy()).check(signer, file.header)
        return signer
    }
}

extension Workspaces {
    /// Who signed a changeset file, by the library of its workspace. Where that is not here, nobody is known.
    package func signer(of file: ChangesetFile) throws -> FileSigner {
        if let library = try library(ofWorkspace: file.header.workspace) { return try library.signer(of: file) }
        let key = file.header.publicKey
        return key.isEmpty ? .nobody : .unknown(key: key)
    }

    /// As a library's own.
    package func checkSigner(of file: ChangesetFile, _ policy: SignerPolicy? = nil) throws -> FileSigner {
        if let library = try library(ofWorkspace: file.header.workspace) {
            return try library.checkSigner(of: file, policy)
        }
        let signer = try signer(of: file)
        try (policy ?? SignerPolicy()).check(signer, file.header)
        return signer
    }

    private func library(ofWorkspace id: RowID) throws -> Library? {
        try directory.workspaces().contains(id) ? open(id.hex) : nil
    }
}
