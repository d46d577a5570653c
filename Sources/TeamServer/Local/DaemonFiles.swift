internal import Crypto
internal import FoundationEssentials
internal import Glibc
package import ReplicaStore

/// Where programs find a running daemon, in the data directory: for its user's eyes only.
package struct DaemonFiles: Sendable {
    /// Where the daemon is reached, as `daemon.json` says it.
    package struct Address: Codable, Sendable, Equatable {
        package var pid: Int32
        /// On 127.0.0.1.
        package var port: Int
        /// The socket's path.
        package var socket: String
    }

    private let data: DataDirectory

    package init(_ data: DataDirectory) { self.data = data }

    package var socket: String { "\(data.path)/daemon.sock" }
    /// As whoever runs elsewhere finds it.
    var absoluteSocket: String {
        socket.hasPrefix("/") ? socket : "\(FileManager.default.currentDirectoryPath)/\(socket)"
    }

    package var token: String { "\(data.path)/daemon.token" }
    package var address: String { "\(data.path)/daemon.json" }

    /// - Returns: nil where no daemon has said so; one that was killed leaves its own behind.
    package func readAddress() -> Address? {
        FileManager.default.contents(atPath: address).flatMap { try? JSONDecoder().decode(Address.self, from: $0) }
    }

    func write(_ address: Address) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try SecretFile.write(encoder.encode(address), to: self.address)
    }

    /// To be called when the daemon ends.
    func removeAddress() {
        unlink(address)
        unlink(socket)
    }

    private static let tokenBytes = 32

    /// The token by which requests over TCP are let in, made where there is none yet. One that others could have
    /// read is not used on.
    func readyToken() throws -> SecretToken {
        if let text = try keptToken() { return SecretToken(text) }
        let bytes = SymmetricKey(size: SymmetricKeySize(bitCount: Self.tokenBytes * 8)).withUnsafeBytes { Array($0) }
        let text = "obd_" + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        try SecretFile.write(Data("\(text)\n".utf8), to: token)
        return SecretToken(text)
    }

    private func keptToken() throws -> String? {
        guard let status = FileStatus(token), status.isPrivateFile else { return nil }
        guard let content = FileManager.default.contents(atPath: token) else {
            throw ReplicaError(
                .io, "the token \(token) can't be read; check its permissions, or remove it to get a new one")
        }
        let text = String(decoding: content, as: UTF8.self).filter { !$0.isWhitespace }
        return text.utf8.count >= Self.tokenBytes ? text : nil
    }
}
