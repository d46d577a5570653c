internal import HummingbirdTLS
internal import NIOSSL

/// Why the server can't begin, in words that say what to do.
package struct ServerSetupError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) { self.description = description }
}

/// A certificate and its key, in files of PEM. They are read when the server begins.
package struct TLSFiles: Sendable, Equatable {
    /// The server's own certificate first, then those that lead to its authority.
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// - Throws: `ServerSetupError` where they can't be read, or don't belong together.
    func configuration() throws -> TLSConfiguration {
        let chain = try Self.reading(certificate, "certificate") { try NIOSSLCertificate.fromPEMFile($0) }
        guard !chain.isEmpty else { throw ServerSetupError("\(certificate) holds no certificate in PEM") }
        let key = try Self.reading(key, "key") { try NIOSSLPrivateKey(file: $0, format: .pem) }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw ServerSetupError("the key \(self.key) is not that of the certificate \(certificate)")
        }
        return configuration
    }

    private static func reading<T>(_ path: String, _ what: String, _ body: (String) throws -> T) throws -> T {
        do {
            return try body(path)
        } catch {
            throw ServerSetupError(
                "the \(what) \(path) can't be read: it has to be a file of PEM that the server may read")
        }
    }
}
