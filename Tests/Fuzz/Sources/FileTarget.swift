import Changesets
import Crypto
import Foundation

/// Of the first byte, bit 0 says whether the file ends with a checksum of its own, or gets the right one; bit 1
/// whether it gets the signature of a certain key before that, which its header has then to name.
struct FileTarget: FuzzRunning {
    private static let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 1, count: 32))

    func run(_ input: [UInt8]) {
        guard let mode = input.first else { return }
        let content = Array(input.dropFirst())
        let file = mode & 1 == 1 ? content : mode & 2 == 0 ? Self.sealed(content) : Self.sealed(Self.signed(content))
        guard let file = try? ChangesetFile(file) else { return }
        for page in file.pages { _ = try? ChangesetPage(encoded: page) }
    }

    private static func sealed(_ content: [UInt8]) -> [UInt8] { content + SHA256.hash(data: content) }

    static func signed(_ content: [UInt8]) -> [UInt8] {
        let message = Array("offbook changeset\n".utf8) + SHA256.hash(data: content)
        return content + [UInt8]((try? key?.signature(for: message)) ?? Data())
    }

    /// A file of no rows by that key, as it is before it is signed.
    static var seed: [UInt8] {
        get throws {
            let header = ChangesetFile.Header(
                schemaVersion: 1, workspace: FuzzIdentity.workspace, workspaceName: "Team", replica: .random(),
                nodeName: "n", seq: 1, nonce: [1], since: 0, next: 1)
            var bytes: [UInt8] = []
            let key = SigningKey(secret: [UInt8](repeating: 1, count: 32))
            var writer = try ChangesetFileWriter(header, signedBy: key) { bytes += $0 }
            try writer.finish()
            return Array(bytes.dropLast(96))
        }
    }
}
