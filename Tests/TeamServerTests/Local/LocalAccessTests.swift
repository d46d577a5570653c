import Foundation
import NIOHTTP1
import PromptTemplates
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("Who reaches the daemon")
struct LocalAccessTests {
    @Test("Over TCP it takes the token, over the socket the same user")
    func token() async throws {
        try await withLocalServer { stage in
            let path = "/api/v1/prompts"
            for wrong in [nil, "", "wrong", try stage.token + "0", String(try stage.token.dropLast())] {
                for path in [path, "/api/v1/daemon/status", "/api/v1/prompts/by-name?name=x"] {
                    let answer = try await stage.ask("GET", path, token: wrong)
                    #expect(answer.status == 401 && answer.json["detail"].string.contains("daemon.token"))
                    #expect(answer.headers.first(name: "WWW-Authenticate") == "Bearer")
                }
            }
            #expect(try await stage.ask("GET", path, token: stage.token).status == 200)
            #expect(try await stage.ask("GET", path).status == 401, "what was answered before is nobody else's")
            #expect(try await stage.socket.ask("GET", path).status == 200)
            let byCurl = try await output(
                "curl", "-sSf", "--unix-socket", stage.address.socket, "http://localhost\(path)")
            #expect(try TemplateValue(json: Array(byCurl.utf8))["items"] == .list([]))
        }
    }

    @Test(
        "Of a Host that is not this machine, and from a web page, nothing is answered",
        arguments: [
            "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]", "[::1].evil.example", "",
            "192.168.1.5",
        ])
    func foreignHost(host: String) async throws {
        try await withLocalServer { stage in
            let token = "Authorization: Bearer \(try stage.token)"
            func status(_ header: String) async throws -> String {
                try await output(
                    "curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", token, "-H", header,
                    "\(stage.url)/api/v1/prompts")
            }
            #expect(["400", "403"].contains(try await status(host.isEmpty ? "Host;" : "Host: \(host)")))
            for own in ["localhost", "127.0.0.1:1", "[::1]", "[::1]:7332", "LOCALHOST:7332"] {
                #expect(try await status("Host: \(own)") == "200", "\(own)")
            }
            for origin in ["http://\(host)", "null", "http://localhost:7332"] {
                #expect(try await status("Origin: \(origin)") == "403", "\(origin)")
                let asked = try await stage.socket.ask("GET", "/healthz", headers: ["Origin": origin])
                #expect(asked.status == 403 && asked.headers["Access-Control-Allow-Origin"].isEmpty)
            }
        }
    }

    @Test(
        "Another user is turned away, even where the socket's permissions would let them in",
        .enabled(if: geteuid() == 0, "only root can be somebody else"))
    func otherUser() async throws {
        try await withLocalServer { stage in
            let manager = FileManager.default
            let paths = [(stage.data.path, 0o755), (stage.address.socket, 0o777)]
            for (path, mode) in paths {
                try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            }
            let ask = """
                import socket
                connection = socket.socket(socket.AF_UNIX)
                connection.connect("daemon.sock")
                try:
                    connection.sendall(b"GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
                    print(connection.recv(12).decode())
                except OSError:
                    print()
                """
            try Data(ask.utf8).write(to: URL(filePath: stage.data.path + "/ask.py"))
            // Whatever is above the directory is no concern of theirs.
            let enter = "cd \(stage.data.path) && chmod a+r ask.py &&"
            // The first of them may be one that only root may run.
            let run = "sh -c 'python3 ask.py 2>/dev/null || exec /usr/bin/python3 ask.py'"
            #expect(try await output("bash", "-c", "\(enter) \(run)") == "HTTP/1.1 200\n")
            #expect(try await output("bash", "-c", "\(enter) setpriv --reuid=65534 --clear-groups \(run)") == "\n")
        }
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    @Test("Its files are for its user only, and the token stays the same; the others go when it ends")
    func files() async throws {
        let stage = try await LocalStage.start()
        let (files, token) = (DaemonFiles(stage.data), try stage.token)
        #expect(try [files.token, files.address, files.socket].map(mode) == [0o600, 0o600, 0o600])
        #expect(try mode(stage.data.path) == 0o700)
        #expect(files.readAddress() == stage.address && stage.address.pid == getpid())
        try await stage.stop()
        let manager = FileManager.default
        #expect(!manager.fileExists(atPath: files.socket) && !manager.fileExists(atPath: files.address))
        let again = try await LocalStage.start(in: stage.data.path, workspaces: [])
        #expect(try again.token == token)
        try await again.stop()
        // Others could have read it.
        try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files.token)
        let third = try await LocalStage.start(in: stage.data.path, workspaces: [])
        #expect(try third.token != token && mode(files.token) == 0o600)
        await third.clear()
    }
}
