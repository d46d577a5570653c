package import AccessControl
internal import Crypto
package import FoundationEssentials

extension ReadView {
    /// As it travels in a handshake: empty for everything.
    package var wireBytes: [UInt8] { seesEverything ? [] : bytes }

    /// - Throws: `SyncRefusal` for what is no view.
    package init(wireBytes bytes: [UInt8]) throws {
        guard !bytes.isEmpty else {
            self = .everything
            return
        }
        do {
            try self.init(bytes: bytes)
        } catch {
            throw SyncRefusal(.malformed, "what may be read is said in a way that can't be understood")
        }
    }

    /// Names the view in a request: who asks under another one has to handshake again.
    package var hash: Data { Self.hash(ofWire: wireBytes) }

    package static func hash(ofWire bytes: [UInt8]) -> Data {
        bytes.isEmpty ? Data() : Data(SHA256.hash(data: bytes))
    }
}
