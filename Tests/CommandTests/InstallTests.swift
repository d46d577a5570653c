import Foundation
import Testing

@Suite("make install")
struct InstallTests {
    private static let files = [
        "bin/offbook", "share/bash-completion/completions/offbook", "share/fish/vendor_completions.d/offbook.fish",
        "share/zsh/site-functions/_offbook",
    ]

    private func make(_ target: String, _ scratch: Scratch) throws -> [String] {
        // A space in the path, as people have them.
        let variables =
            "BINARY=\(quoted(offbookBinary)) DESTDIR=\(quoted(scratch.path + "/a root")) PREFIX=/opt/offbook"
        let result = try shell("make -s -C \(quoted(repository.path)) \(target) \(variables)")
        #expect(result.status == 0, "\(result.error)")
        let found = try shell("find 'a root/opt/offbook' -type f | sort", in: scratch.path).output
        return found.split(separator: "\n").map { String($0.dropFirst("a root/opt/offbook/".count)) }
    }

    @Test("puts the program and its completions where shells look for them, and uninstall takes them away")
    func installs() throws {
        let scratch = try Scratch()
        #expect(try make("install", scratch) == Self.files)
        let root = scratch.path + "/a root/opt/offbook"
        #expect(try shell("exec \(quoted(root))/bin/offbook --version").output.contains(/^\d+\.\d+/))
        for (shellName, file) in zip(["bash", "fish", "zsh"], Self.files.dropFirst()) {
            let script = try shell("offbook completions \(shellName)").output
            #expect(try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8) == script)
        }
        #expect(try shell("bash -n \(quoted(root + "/" + Self.files[1]))").status == 0)
        #expect(try make("uninstall", scratch).isEmpty)
    }
}
