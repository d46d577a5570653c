internal import Changesets
internal import Crypto
internal import FoundationEssentials
internal import Glibc
internal import ReplicaStore

/// Seals the contents of messages (AES-256-GCM, a random nonce each, good for 2³² of them) by a key in a file of its
/// own: a copy of the log alone says who wrote when, and how much, and nothing else.
struct MessageSeal: Sendable {
    private let key: SymmetricKey

    private static let keyBytes = 32
    private static let checked = Data("offbook message log".utf8)
    private static let checkBond = Data("offbook message log key".utf8)

    // MARK: The key

    /// - Returns: nil where there is no such file.
    /// - Throws: `ReplicaError` where it is there and no key: then nothing must take its place.
    init?(reading path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ReplicaError(.io, "\(path), the key of the message log, can't be read: check its permissions")
        }
        guard data.count == Self.keyBytes else {
            throw ReplicaError(
                .damaged, "\(path) is no key of \(Self.keyBytes) bytes: restore it from a copy, or remove it")
        }
        key = SymmetricKey(data: data)
    }

    /// Makes a key, which is on the disk before anything is sealed by it.
    init(making path: String) throws {
        key = SymmetricKey(size: .bits256)
        try SecretFile.write(key.withUnsafeBytes { Data($0) }, to: path)
        let folder = Glibc.open(
            URL(filePath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw ReplicaError(.io, "the directory of \(path) can't be opened") }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw ReplicaError(.io, "the directory of \(path) can't be written") }
    }

    /// What `isOpener(of:)` knows again.
    func check() throws -> Data { try seal(Self.checked, Self.checkBond) }

    func isOpener(of check: Data) -> Bool { open(check, Self.checkBond) == Self.checked }

    // MARK: Messages

    func seal(_ message: LoggedMessage) throws -> Data {
        try seal(
            JSONEncoder().encode(message.content),
            Self.bond(message.id, message.user, message.workspace, message.createdAt))
    }

    /// Nil for what was sealed by another key, or for another row.
    func open(_ sealed: Data, id: RowID, user: RowID, workspace: RowID, createdAt: Int64) -> MessageContent? {
        open(sealed, Self.bond(id, user, workspace, createdAt))
            .flatMap { try? JSONDecoder().decode(MessageContent.self, from: $0) }
    }

    /// Who may change the file can't move what somebody has said to another person, place or time.
    private static func bond(_ id: RowID, _ user: RowID, _ workspace: RowID, _ createdAt: Int64) -> Data {
        Data("offbook logged message\n\(id)\n\(user)\n\(workspace)\n\(createdAt)".utf8)
    }

    private func seal(_ plain: Data, _ bond: Data) throws -> Data {
        guard let sealed = try AES.GCM.seal(plain, using: key, authenticating: bond).combined else {
            throw ReplicaError(.internalFault, "a message can't be sealed")
        }
        return sealed
    }

    private func open(_ sealed: Data, _ bond: Data) -> Data? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed) else { return nil }
        return try? AES.GCM.open(box, using: key, authenticating: bond)
    }
}
