import Changesets
import Crypto
import Foundation
import PromptLibrary
import ReplicaStore
import Testing

/// Who signed a file, who may be taken at their word, and where the key is.
@Suite struct SigningTests {
    let scratch: Scratch
    let workspace = RowID.uuid7(at: 1)
    let a: Node
    let b: Node

    init() throws {
        scratch = try Scratch()
        a = try Node("a", workspace: workspace, in: scratch)
        b = try Node("b", workspace: workspace, in: scratch)
    }

    private func bytes(of node: Node, isSigned: Bool = true) throws -> [UInt8] {
        let bytes = Recorder()
        _ = try node.replica.export(isSigned: isSigned) { bytes.content += $0 }
        return bytes.content
    }

    private func file(of node: Node, isSigned: Bool = true) throws -> ChangesetFile {
        try ChangesetFile(bytes(of: node, isSigned: isSigned))
    }

    private func addPrompt(_ node: Node, _ name: String) throws {
        _ = try node.library.create(NewPrompt(name: name, body: "text"))
    }

    @Test("A signer is known from the file before, and not from its own")
    func knownByAnEarlierFile() throws {
        try addPrompt(a, "one")
        let first = try file(of: a)
        let key = try a.replica.signingKey().publicKey
        #expect(first.header.publicKey == key)
        #expect(try b.library.signer(of: first) == .unknown(key: key))
        _ = try b.library.join(first)
        #expect(try b.library.signer(of: first) == .known(node: "a"))
        #expect(try b.library.signer(of: file(of: a)) == .known(node: "a"))
        #expect(try b.library.signer(of: file(of: a, isSigned: false)) == .nobody)
        #expect(try b.digest == a.digest)
    }

    @Test("An unsigned file has the form that it had without signatures")
    func unsigned() throws {
        let unsigned = try bytes(of: a, isSigned: false)
        #expect(try ChangesetFile(unsigned).header.publicKey.isEmpty)
        #expect(unsigned.dropLast(32).suffix(4) == [0, 0, 0, 0])
    }

    @Test("Every byte of a signed file is protected, whatever checksum it is given")
    func tampering() throws {
        try addPrompt(a, "one")
        let whole = try bytes(of: a)
        let content = Array(whole.dropLast(32))
        let before = try b.digest
        for place in stride(from: 10, to: content.count, by: 7) {
            var changed = content
            changed[place] ^= 0x10
            let bytes = changed + SHA256.hash(data: changed)
            #expect(throws: ChangesetError.self, "byte \(place)") { try b.library.join(ChangesetFile(bytes)) }
        }
        #expect(try b.digest == before)
        _ = try b.library.join(ChangesetFile(whole))
        #expect(try b.digest == a.digest)
    }

    @Test("A file signed by one node in another's name is by an unknown signer")
    func anotherNodesName() throws {
        _ = try b.library.join(file(of: a))
        _ = try a.library.join(file(of: b))
        let honest = try file(of: b)
        #expect(try a.library.signer(of: honest) == .known(node: "b"))
        var header = honest.header
        header.replica = try a.replica.replicaID()
        let forged = Recorder()
        var writer = try ChangesetFileWriter(header, signedBy: b.replica.signingKey()) { forged.content += $0 }
        try writer.finish()
        let key = try b.replica.signingKey().publicKey
        #expect(try a.library.signer(of: ChangesetFile(forged.content)) == .unknown(key: key))
    }

    @Test("Settings refuse what is not signed, and with it whom nobody knows")
    func policy() throws {
        try addPrompt(a, "one")
        try b.library.setPreference("import.unsigned", "refuse")
        let before = try b.digest
        for isSigned in [true, false] {
            #expect(throws: LibraryError(.invalid, "")) { try b.library.join(file(of: a, isSigned: isSigned)) }
        }
        #expect(try b.digest == before)
        try b.library.setPreference("import.unknown-signer", "take")
        #expect(throws: LibraryError(.invalid, "")) { try b.library.join(file(of: a, isSigned: false)) }
        _ = try b.library.join(file(of: a))
        try b.library.setPreference("import.unknown-signer", "refuse")
        // Known by now.
        try addPrompt(a, "two")
        #expect(try b.library.join(file(of: a)).changed > 0)
    }

    @Test("A key that somebody names is enough, and no other will do")
    func namedKey() throws {
        try b.library.setPreference("import.unsigned", "refuse")
        let (first, other) = try (file(of: a), file(of: b))
        var policy = SignerPolicy()
        policy.requiredKey = first.header.publicKey
        for file in [other, try file(of: a, isSigned: false)] {
            #expect(throws: LibraryError(.invalid, "")) { try b.library.join(file, policy) }
        }
        #expect(try b.library.join(first, policy).changed > 0)
        #expect(try b.library.signer(of: first) == .known(node: "a"))
    }

    @Test("A key is made once, is for its owner's eyes only, and is not in the replica")
    func keyFile() throws {
        let key = try a.replica.signingKey()
        let path = a.replica.signingKeyPath
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try a.replica.signingKey().secret == key.secret)
        try a.replica.close()
        for suffix in ["", "-wal"] {
            let stored = [UInt8](FileManager.default.contents(atPath: a.path + suffix) ?? Data())
            #expect(!stored.contains(key.secret) && !stored.contains(Array(hexadecimal(key.secret).utf8)))
        }
    }

    @Test("A copy of a replica and its key takes a new id, and a key of its own")
    func copies() throws {
        let key = try a.replica.signingKey()
        let copy = try Node(copyOf: a, "copy", in: scratch)
        try FileManager.default.copyItem(atPath: a.replica.signingKeyPath, toPath: copy.replica.signingKeyPath)
        let own = try copy.replica.signingKey()
        #expect(own.publicKey != key.publicKey)
        #expect(try copy.replica.replicaID() != a.replica.replicaID())
        _ = try b.library.join(file(of: copy))
        #expect(try b.library.signer(of: file(of: copy)) == .known(node: "a"))
        #expect(try b.library.signer(of: file(of: a)) == .known(node: "a"), "what it signed before is its still")
    }

    @Test("A lost key is replaced, and the new one announced")
    func lostKey() throws {
        let first = try file(of: a)
        _ = try b.library.join(first)
        try FileManager.default.removeItem(atPath: a.replica.signingKeyPath)
        let second = try file(of: a)
        #expect(second.header.publicKey != first.header.publicKey)
        #expect(try b.library.signer(of: second) == .unknown(key: second.header.publicKey))
        _ = try b.library.join(second)
        #expect(try b.library.signer(of: second) == .known(node: "a"))
        #expect(try b.library.signer(of: first) == .unknown(key: first.header.publicKey))
    }

    @Test("A key file that can't be read is an error, and is not replaced")
    func damagedKey() throws {
        _ = try a.replica.signingKey()
        try Data("{}".utf8).write(to: URL(filePath: a.replica.signingKeyPath))
        #expect(throws: ReplicaError(.damaged, "")) { try a.replica.signingKey() }
        #expect(FileManager.default.contents(atPath: a.replica.signingKeyPath) == Data("{}".utf8))
    }
}
