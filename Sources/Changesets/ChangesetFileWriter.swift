internal import Crypto
internal import FoundationEssentials
internal import SwiftProtobuf
internal import SyncProtocol

/// Writes a changeset file page by page, so that a large library need not be held at once.
package struct ChangesetFileWriter {
    private var hasher = SHA256()
    private let key: SigningKey?
    private let sink: ([UInt8]) throws -> Void

    /// - Parameter key: signs the file, and is named in its header; nil leaves it unsigned.
    package init(
        _ header: ChangesetFile.Header, signedBy key: SigningKey? = nil, to sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        self.key = key
        self.sink = sink
        var header = header
        header.publicKey = key?.publicKey ?? []
        var writer = ByteWriter()
        writer.append(ChangesetFile.magic)
        writer.byte(ChangesetFile.formatVersion)
        let bytes = try header.bytes
        writer.bigEndian32(UInt32(bytes.count))
        writer.append(bytes)
        try write(writer.bytes)
    }

    package mutating func append(_ page: ChangesetPage) throws {
        let bytes = try page.encoded()
        var writer = ByteWriter()
        writer.bigEndian32(UInt32(bytes.count))
        writer.append(bytes)
        try write(writer.bytes)
    }

    package mutating func finish() throws {
        try write([0, 0, 0, 0])
        if let key { try write(key.signature(over: hasher.finalize())) }
        try sink(Array(hasher.finalize()))
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        hasher.update(data: bytes)
        try sink(bytes)
    }
}

extension ChangesetFile.Header {
    fileprivate var bytes: [UInt8] {
        get throws {
            var message = Offbook_Sync_V1_FileHeader()
            message.schemaVersion = UInt32(schemaVersion)
            message.workspaceID = Data(workspace.bytes)
            message.workspaceName = workspaceName
            message.replicaID = Data(replica.bytes)
            message.nodeName = nodeName
            message.seq = seq
            message.nonce = Data(nonce)
            message.sincePosition = UInt64(since)
            message.nextPosition = UInt64(next)
            message.publicKey = Data(publicKey)
            return try message.serializedBytes()
        }
    }
}
