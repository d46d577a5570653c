internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// The file that was named for a server's authority is none.
package struct InvalidAuthorityFile: Error, CustomStringConvertible {
    package var path: String

    package var description: String {
        "\(path), which \(Connecting.authorityVariable) names, can't be read: it has to be a file of certificates in PEM"
    }
}

/// The connections to servers, one pool for the process.
enum Connecting {
    /// Names a file of certificates that are trusted beside those that the system trusts.
    static let authorityVariable = "OFFBOOK_CA_FILE"

    /// An answer that has begun may stop for so long.
    private static let made = Result { try make(silence: .seconds(120)) }
    /// Longer than a server says nothing to those who listen.
    private static let listening = Result { try make(silence: .seconds(60)) }

    /// - Throws: `InvalidAuthorityFile`.
    static func client() throws -> HTTPClient { try made.get() }

    /// For answers that do not end.
    ///
    /// - Throws: `InvalidAuthorityFile`.
    static func listener() throws -> HTTPClient { try listening.get() }

    /// A server that refuses the connection is offline: whoever waits wants to know at once, and a daemon tries
    /// again by its own measure.
    private static func make(silence: TimeAmount) throws -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = silence
        configuration.connectionPool.retryConnectionEstablishment = false
        // A daemon listens to one server for each of its libraries.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_000
        // Not one that was lost meanwhile, while the machine slept.
        configuration.connectionPool.idleTimeout = .seconds(15)
        if let path = getenv(authorityVariable).map({ String(cString: $0) }), !path.isEmpty {
            configuration.tlsConfiguration = try trusting(path)
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func trusting(_ path: String) throws -> TLSConfiguration {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw InvalidAuthorityFile(path: path)
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.additionalTrustRoots = [.certificates(certificates)]
        return configuration
    }

    /// Why a server can't be reached, in words for people.
    static func reason(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout, .readTimeout, .deadlineExceeded: "it does not answer in time"
        case .remoteConnectionClosed: "it closed the connection"
        case let error?: error.shortDescription
        case nil: systemReason(error)
        }
    }

    private static func systemReason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
        case let error as NIOConnectionError where error.dnsAError != nil: "its name is not known"
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { systemReason($0.error) } ?? "the connection failed"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: secureReason("\(error)")
        default: "\(error)"
        }
    }

    private static func secureReason(_ text: String) -> String {
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is of nobody who is trusted here; "
                + "name the file of its authority's certificate with \(authorityVariable)"
        }
        if text.contains("failedToValidateHostname") { return "its certificate is for another name" }
        if text.contains("WRONG_VERSION_NUMBER") { return "it speaks no TLS: its address begins with http://" }
        return "no secure connection comes about: \(text)"
    }
}
