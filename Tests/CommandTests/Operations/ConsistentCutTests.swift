import Foundation
import Testing

@Suite struct ConsistentCutTests {
    private static let load = """
        for n in {1..2000}; do
            [[ -e stop ]] && exit 0
            curl -sSf -o answer -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
                --data-binary "{\\"name\\": \\"team $n\\"}" "$URL/api/v1/workspaces" && echo "team $n" >> made
        done
        """

    @Test(
        "While workspaces are made, a backup has no library that its accounts don't know, and all that were answered for"
    )
    func workspaces() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, options: ["--no-verification", "--password-cost", "14"])
        let account = #"{"email": "ada@example.org", "password": "long enough"}"#
        _ = try server.json("POST", "/api/v1/auth/register", account, status: 201)
        let token = try #require(try server.json("POST", "/api/v1/auth/login", account)["access_token"].string)
        let result = try shell(
            """
            touch made
            ( \(Self.load) ) &
            for backup in 1 2 3 4; do
                for try in {1..500}; do (($(wc -l < made) >= backup * 5)) && break; sleep 0.05; done
                cp made "before-$backup"
                offbook admin backup create --to "$PWD/backups" --data server >> backups-made
            done
            touch stop
            wait
            """, environment: ["TOKEN": token, "URL": server.url], in: scratch.path)
        #expect(result.status == 0, "\(result.error)")
        let paths = try lines(scratch.path + "/backups-made")
        #expect(paths.count == 4)
        for (number, path) in paths.enumerated() {
            let known = try Set(query("SELECT lower(hex(id)) FROM workspaces WHERE id IS NOT NULL", path))
            let names = try Set(query("SELECT name FROM workspaces", path))
            let files = try FileManager.default.contentsOfDirectory(atPath: path + "/workspaces")
                .filter { $0.hasSuffix(".sqlite") }.map { String($0.dropLast(7)) }
            #expect(files.count >= 5 && known.isSuperset(of: files))
            #expect(names.isSuperset(of: try lines("\(scratch.path)/before-\(number + 1)")))
        }
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { String($0) }
    }

    private func query(_ sql: String, _ backup: String) throws -> [String] {
        let result = try shell("sqlite3 \(quoted(backup + "/directory.sqlite")) \(quoted(sql))")
        guard result.status == 0 else { throw Complaint(result.error) }
        return result.output.split(separator: "\n").map { String($0) }
    }
}
