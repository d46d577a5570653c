import Foundation
import Testing

/// An authority of a test's own, and a certificate of it for this machine.
struct Certificates {
    let folder: String
    var authority: String { folder + "/ca.pem" }
    var certificate: String { folder + "/cert.pem" }
    var key: String { folder + "/key.pem" }
    var options: [String] { ["--tls-certificate", certificate, "--tls-key", key] }

    init(in scratch: Scratch) throws {
        folder = scratch.path
        let result = try shell(
            """
            openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj '/CN=Test authority'
            openssl req -newkey rsa:2048 -nodes -keyout key.pem -out cert.csr -subj /CN=localhost
            echo 'subjectAltName=DNS:localhost,IP:127.0.0.1' > extensions
            openssl x509 -req -in cert.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile extensions -days 2 \
                -out cert.pem
            """, in: folder)
        guard result.status == 0 else { throw Complaint("openssl: \(result.error)") }
    }
}

@Suite struct TLSTests {
    @Test("Clients that know the authority sync by TLS; others are told what is missing")
    func trusted() throws {
        let scratch = try Scratch()
        let certificates = try Certificates(in: scratch)
        let server = try Server(in: scratch, options: certificates.options)
        #expect(server.url.hasPrefix("https://"))
        let node = Node("node", in: scratch)
        let connect = ["connect", server.url, "--token", try server.token()]
        let trust = ["OFFBOOK_CA_FILE": certificates.authority]

        let stranger = try node.attempt(connect)
        #expect(stranger.status == 5 && stranger.error.contains("OFFBOOK_CA_FILE"), "\(stranger)")
        let wrong = try node.attempt(connect, environment: ["OFFBOOK_CA_FILE": certificates.key])
        #expect(wrong.status == 1 && wrong.error.contains("certificates in PEM"), "\(wrong)")
        try node.run(connect, environment: trust)
        try node.run("new", "p", "--body", "x")
        try node.run("sync", environment: trust)
        #expect(try server.node.items("list").strings("name") == ["p"])
    }

    @Test("A server speaks TLS 1.2 and newer, tells browsers to stay with it, and no plain HTTP")
    func versions() throws {
        let scratch = try Scratch()
        let certificates = try Certificates(in: scratch)
        let server = try Server(in: scratch, options: certificates.options)
        let curl = "curl -sS --cacert '\(certificates.authority)' -i '\(server.url)/healthz'"
        for version in ["--tlsv1.2 --tls-max 1.2", "--tlsv1.3"] {
            let result = try shell("\(curl) \(version)")
            #expect(result.status == 0 && result.output.contains("Strict-Transport-Security:"), "\(result)")
        }
        let address = server.url.dropFirst("https://".count)
        let old = try shell(
            "openssl s_client -connect '\(address)' -tls1_1 -cipher 'ALL:@SECLEVEL=0' < /dev/null || true")
        #expect(old.output.contains("Cipher is (NONE)") || old.output.isEmpty, "\(old)")
        #expect(try shell("curl -sS 'http://\(address)/healthz'").status != 0)
    }

    @Test("Files that are missing, or of different pairs, are named")
    func wrongFiles() throws {
        let scratch = try Scratch()
        let certificates = try Certificates(in: scratch)
        let node = Node("server", in: scratch)
        func serve(_ certificate: String, _ key: String) throws -> Outcome {
            try node.attempt(
                "serve", "--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key)
        }
        let pairs = [
            (certificates.certificate, scratch.path + "/none.pem", "none.pem can't be read"),
            (certificates.key, certificates.key, "key.pem"),
            (certificates.authority, certificates.key, "is not that of the certificate"),
        ]
        for (certificate, key, complaint) in pairs {
            let outcome = try serve(certificate, key)
            #expect(outcome.status == 1 && outcome.error.contains(complaint), "\(outcome)")
        }
    }

    @Test("Plain HTTP for other machines has to be asked for")
    func refusal() throws {
        let scratch = try Scratch()
        let node = Node("server", in: scratch)
        for address in ["0.0.0.0:0", "[::]:0"] {
            let outcome = try node.attempt("serve", "--listen", address)
            #expect(outcome.status == 2 && outcome.error.contains("plain text"), "\(outcome)")
        }
        for option in ["--plain-http", "--behind-proxy"] {
            let process = try Program(
                ["serve", "--listen", "0.0.0.0:0", "--data", node.data, option], in: scratch)
            try eventually("it listens") { process.output.contains("listening on http://0.0.0.0:") }
            #expect(try process.stop() == 0)
        }
    }
}
