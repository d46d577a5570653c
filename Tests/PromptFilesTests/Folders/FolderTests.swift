import FoundationEssentials
import PromptFiles
import Testing

/// A folder that is gone when the test is.
private final class Scratch {
    let url = FileManager.default.temporaryDirectory.appending(path: "offbook-folder-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ path: String, _ text: String) throws { try write(path, bytes(text)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}

@Suite struct FolderTests {
    @Test func everyFormatIsFound() throws {
        let scratch = try Scratch()
        try scratch.write("b.md", "B\n")
        try scratch.write("a/deep/c.MD", "---\nname: C\n---\nc")
        try scratch.write("a/x.prompty", "system:\nx")
        try scratch.write("a/y.json", #"{"body":"y","settings":{}}"#)
        try scratch.write("a/list.json", "[\n{\"name\":\"1\",\"body\":\"1\"},\n{\"name\":\"2\"}]")
        try scratch.write("t.yaml", "prompt: $x")
        try scratch.write("mkdocs.yml", "site_name: x")
        try scratch.write("patterns/sum/system.md", "# IDENTITY\n")
        try scratch.write("patterns/sum/user.md", "\n")
        try scratch.write("patterns/ask/system.md", "S\n\n")
        try scratch.write("patterns/ask/user.md", "U\n")
        try scratch.write("data.csv", "act,prompt\n1,2")
        let folder = try PromptFolder.read(scratch.url.path)
        #expect(
            folder.documents.map { "\($0.path ?? "")|\($0.document.name ?? "")|\($0.line)" } == [
                "a/deep/c.MD|C|1", "a/list.json|1|2", "a/x.prompty|x|1", "a/y.json|y|1", "b.md|b|1",
                "patterns/ask/system.md|ask|1", "patterns/sum/system.md|sum|1", "t.yaml|t|1",
            ])
        let bodies = folder.documents.map(\.document.body)
        #expect(bodies == ["c", "1", "system:\nx", "y", "B", "system:\nS\n\n\nuser:\nU\n", "# IDENTITY", "${x}"])
        #expect(folder.documents.map(\.document.isChat) == [false, false, true, false, false, true, false, false])
        #expect(folder.rejected.map { "\($0.path):\($0.line ?? 0)" } == ["a/list.json:3"])
        #expect(folder.others == 2 && folder.ignored.isEmpty && folder.links.isEmpty)
    }

    @Test func papersHiddenFilesAndLinksAreLeftAlone() throws {
        let scratch = try Scratch()
        for path in [
            "README.md", "Licence.md", "CHANGELOG.markdown", "a/README.md", ".git/x.md", ".x.md", "node_modules/x.md",
        ] {
            try scratch.write(path, "x")
        }
        try scratch.write("CONTRIBUTING.md", "---\nname: c\n---\nx")
        let outside = try Scratch()
        try outside.write("secret.md", "x")
        for (name, target) in [("link.md", outside.url.appending(path: "secret.md")), ("up", outside.url)] {
            try FileManager.default.createSymbolicLink(
                at: scratch.url.appending(path: name), withDestinationURL: target)
        }
        let folder = try PromptFolder.read(scratch.url.path + "/")
        #expect(folder.documents.map(\.path) == ["CONTRIBUTING.md", "a/README.md"])
        #expect(folder.ignored == ["CHANGELOG.markdown", "Licence.md", "README.md"])
        #expect(folder.links == ["link.md", "up"])
        #expect(folder.rejected.isEmpty && folder.others == 0)
    }

    @Test func oneBadFileCostsItselfOnly() throws {
        let scratch = try Scratch()
        try scratch.write("a.md", "---\nname: [\n---\n")
        try scratch.write("b.md", [0xFF])
        try scratch.write("c.md", [UInt8](repeating: 0x61, count: PromptDocument.fileBytesMax + 1))
        try scratch.write("d.json", "{")
        try scratch.write("e.md", " \n")
        try scratch.write("f/system.md", "")
        try scratch.write("g.md", "g")
        let folder = try PromptFolder.read(scratch.url.path)
        #expect(folder.documents.map(\.path) == ["g.md"])
        #expect(folder.rejected.map(\.path) == ["a.md", "b.md", "c.md", "d.json", "e.md", "f/system.md"])
        #expect(folder.rejected.map(\.line) == [3, nil, nil, 1, nil, nil])
        #expect(folder.rejected.allSatisfy { !$0.reason.isEmpty })
    }

    /// A folder that is a pattern itself has its own name, by whatever path it is reached.
    @Test func theFolderItselfMayBeAPattern() throws {
        let scratch = try Scratch()
        try scratch.write("sum up/system.md", "S")
        let path = scratch.url.appending(path: "sum up").path
        for path in [path, path + "/", path + "/."] {
            #expect(try PromptFolder.read(path).documents.map(\.document.name) == ["sum up"])
        }
        try scratch.write("sum up/system.md", "---\nname: n\n---\nS")
        try scratch.write("sum up/user.md", "U")
        let documents = try PromptFolder.read(path).documents
        #expect(documents.map(\.document.name) == ["n", "user"])
    }

    @Test func aFolderThatIsNone() throws {
        let scratch = try Scratch()
        try scratch.write("a.md", "a")
        for path in [scratch.url.appending(path: "none").path, scratch.url.appending(path: "a.md").path] {
            #expect(throws: PromptFileError.self) { try PromptFolder.read(path) }
        }
    }

    /// What is exported under the names for it comes back the same.
    @Test func whatIsExportedComesBack() throws {
        let scratch = try Scratch()
        var documents = RandomDocuments(seed: 21)
        let all = (0..<60).map { _ in documents.document() }
        let names = PromptFileName.names(for: all.enumerated().map { ("\(100 + $0.offset)", $0.element.name ?? "") })
        for (document, name) in zip(all, names) { try scratch.write("\(name).md", document.written(as: .markdown)) }
        let folder = try PromptFolder.read(scratch.url.path)
        #expect(folder.rejected.isEmpty && folder.ignored.isEmpty && folder.documents.count == all.count)
        let found = Dictionary(uniqueKeysWithValues: folder.documents.map { ($0.path ?? "", $0.document) })
        for (document, name) in zip(all, names) {
            var expected = document
            expected.name = document.name ?? name
            #expect(try found["\(name).md"].map { try same($0, expected) } == true)
        }
    }
}
