internal import Crypto
internal import SwiftProtobuf
internal import SyncProtocol

/// A changeset as a file: magic, format version, header, pages, a signature if the header names a key,
/// SHA-256 (`sync-protocol/changeset.md`).
package struct ChangesetFile: Sendable {
    package struct Header: Hashable, Sendable {
        package var schemaVersion: Int
        package var workspace: RowID
        package var workspaceName: String
        package var replica: ReplicaID
        package var nodeName: String
        package var seq: UInt64
        package var nonce: [UInt8]
        package var since: Int64
        package var next: Int64
        /// The key by which the file is signed, 32 bytes; empty where it is not signed.
        package var publicKey: [UInt8] = []

        package init(
            schemaVersion: Int, workspace: RowID, workspaceName: String, replica: ReplicaID, nodeName: String,
            seq: UInt64, nonce: [UInt8], since: Int64, next: Int64
        ) {
            self.schemaVersion = schemaVersion
            self.workspace = workspace
            self.workspaceName = workspaceName
            self.replica = replica
            self.nodeName = nodeName
            self.seq = seq
            self.nonce = nonce
            self.since = since
            self.next = next
        }
    }

    /// A byte above 127 and a line feed catch transports that mangle text, as PNG's signature does.
    static let magic: [UInt8] = [0x8F] + Array("OFFBOOK".utf8) + [0x0A]
    static let formatVersion: UInt8 = 1
    private static let checksumBytes = 32

    package var header: Header
    /// Compressed pages, each for `ChangesetPage.init(encoded:)`.
    package var pages: [Bytes]

    package static func isRecognised(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

    /// Verifies the checksum before it believes anything else, and the signature where there is one.
    package init(_ bytes: [UInt8]) throws(ChangesetError) {
        guard Self.isRecognised(bytes) else { throw .notAChangeset }
        guard bytes.count > Self.magic.count + Self.checksumBytes else { throw .truncated }
        let version = bytes[Self.magic.count]
        guard version <= Self.formatVersion else { throw .tooNew("file format \(version)") }
        guard version == Self.formatVersion else { throw .malformed("the file format \(version), which never was") }
        let content = bytes.dropLast(Self.checksumBytes)
        var reader = ByteReader(content.dropFirst(Self.magic.count + 1))
        let (before, whole) = Self.checksums(content)
        guard whole.elementsEqual(bytes.suffix(Self.checksumBytes)) else {
            throw Self.looksCutOff(reader) ? .truncated : .checksumMismatch
        }
        header = try Header(&reader)
        pages = try Self.pages(&reader)
        try Self.checkEnd(&reader, header, before)
    }

    /// Of the content without a signature's bytes at its end, and of all of it, in one go.
    private static func checksums(_ content: Bytes) -> (before: SHA256.Digest, whole: SHA256.Digest) {
        var hasher = SHA256()
        hasher.update(data: content.dropLast(FileSignature.bytesCount))
        let before = hasher.finalize()
        hasher.update(data: content.suffix(FileSignature.bytesCount))
        return (before, hasher.finalize())
    }

    /// After the pages comes the signature of a file whose header names a key, and else nothing.
    private static func checkEnd(
        _ reader: inout ByteReader, _ header: Header, _ checksum: SHA256.Digest
    ) throws(ChangesetError) {
        if header.publicKey.isEmpty {
            guard reader.isAtEnd else { throw .malformed("bytes after its last page") }
            return
        }
        guard let signature = try? reader.bytes(FileSignature.bytesCount), reader.isAtEnd else {
            throw .malformed("a key that signed it, and no signature of \(FileSignature.bytesCount) bytes")
        }
        guard FileSignature.isRight(signature, by: header.publicKey, over: checksum) else { throw .wrongSignature }
    }

    private static func pages(_ reader: inout ByteReader) throws(ChangesetError) -> [Bytes] {
        var pages: [Bytes] = []
        while true {
            let length = Int(try reader.bigEndian32())
            if length == 0 { break }
            guard length <= ChangesetLimits.pageBytesMax else {
                throw .overLimit("a page of more than \(ChangesetLimits.pageBytesMax) bytes")
            }
            guard pages.count < ChangesetLimits.pagesPerFileMax else {
                throw .overLimit("a file of more than \(ChangesetLimits.pagesPerFileMax) pages")
            }
            pages.append(try reader.bytes(length))
        }
        return pages
    }

    /// Tells a file that lost its end from one whose content changed, for a better message.
    private static func looksCutOff(_ reader: ByteReader) -> Bool {
        var reader = reader
        do {
            _ = try reader.bytes(Int(try reader.bigEndian32()))
            while true {
                let length = Int(try reader.bigEndian32())
                if length == 0 { return false }
                _ = try reader.bytes(length)
            }
        } catch {
            return true
        }
    }
}

extension ChangesetFile.Header {
    fileprivate init(_ reader: inout ByteReader) throws(ChangesetError) {
        let bytes = try reader.bytes(Int(try reader.bigEndian32()))
        try PageOutline.check(flat: bytes)
        guard let message = try? Offbook_Sync_V1_FileHeader(serializedBytes: Array(bytes)),
            let workspace = RowID(message.workspaceID), workspace.length == 16,
            let replica = ReplicaID(message.replicaID),
            Int64(exactly: message.seq) != nil, let since = Int64(exactly: message.sincePosition),
            let next = Int64(exactly: message.nextPosition),
            [0, FileSignature.keyBytesCount].contains(message.publicKey.count)
        else { throw .malformed("a header that can't be read") }
        self.init(
            schemaVersion: Int(message.schemaVersion), workspace: workspace, workspaceName: message.workspaceName,
            replica: replica, nodeName: message.nodeName, seq: message.seq, nonce: Array(message.nonce),
            since: since, next: next)
        publicKey = Array(message.publicKey)
    }
}
