import Changesets
import Foundation
import PromptFiles
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

@Suite("Prompts in a folder of files")
struct FolderTests {
    private let scratch: Scratch
    private let node: Node
    private let folder: String
    private var library: Library { node.library }

    init() throws {
        scratch = try Scratch()
        node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        folder = "\(scratch.path)/prompts"
        try fill()
    }

    private func fill() throws {
        var greeting = NewPrompt(
            name: "Greeting / formal",
            content: PromptContent(
                body: "Hello {{name}}\n\n", settings: ["model": "m", "temperature": .number("0.20")],
                variables: [TemplateVariable(name: "name", defaultValue: "007", choices: ["007", "Ada"])]))
        greeting.description = "Says: hello\nin two lines"
        greeting.category = "mail"
        greeting.tags = ["b", "a", "yes"]
        greeting.project = "Post"
        greeting.isTemplate = true
        greeting.templateFormat = .mustache
        _ = try library.create(greeting)
        try library.setMetadata("Greeting / formal", "owner", "1.0")
        _ = try library.create(
            NewPrompt(
                name: "chat", content: PromptContent(body: "system:\nBe kind.\n\nuser:\n  {{q}}\n\n\n", type: .chat)))
        _ = try library.create(NewPrompt(name: "plain", body: "---\nno front matter\r\n東京 🗼\u{2028}end"))
    }

    private func importFolder(prune: Bool = false) throws -> ImportReport {
        let read = try PromptFolder.read(folder)
        let register = try FolderRegister(in: folder)
        var request = ImportRequest(read)
        request.register = register
        request.prunes = prune
        let (report, origins) = try library.importPrompts(request)
        if let register { _ = try library.note(origins, in: read, at: folder, register) }
        return report
    }

    private func files() throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            files[name] = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        return files
    }

    private func edit(_ file: String, _ change: (inout String) -> Void) throws {
        var text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        change(&text)
        try text.write(toFile: "\(folder)/\(file)", atomically: true, encoding: .utf8)
    }

    private func replace(_ old: String, _ new: String, in file: String) throws {
        try edit(file) { $0 = $0.replacingOccurrences(of: old, with: new) }
    }

    @Test(
        "out and in again changes nothing; into an empty library, the same files come out",
        arguments: [
            PromptDocumentFormat.markdown, .prompty, .json,
        ])
    func roundTrip(_ format: PromptDocumentFormat) throws {
        let digest = try node.digest
        #expect(try library.exportFolder(folder, as: format).written == 3)
        let exported = try files()
        let report = try importFolder()
        #expect(report == ImportReport(unchanged: 3))
        #expect(try node.digest == digest)
        #expect(try library.exportFolder(folder) == FolderExportReport(unchanged: 3))

        let other = try Node("b", workspace: .uuid7(at: 2), in: scratch)
        let (fresh, _) = try other.library.importPrompts(ImportRequest(PromptFolder.read(folder)))
        #expect(fresh == ImportReport(created: 3))
        let again = "\(scratch.path)/again"
        _ = try other.library.exportFolder(again, as: format)
        for (name, text) in exported where name != FolderRegister.fileName {
            #expect(try String(contentsOfFile: "\(again)/\(name)", encoding: .utf8) == text)
        }
    }

    @Test("an edited text is a version of what it was exported from, a field an edit of the field")
    func edits() throws {
        try library.exportFolder(folder)
        try replace("Hello", "Dear", in: "Greeting-formal.md")
        try replace("category: mail", "category: post", in: "Greeting-formal.md")
        #expect(try importFolder() == ImportReport(updated: 1, unchanged: 2))
        let shown = try library.show("Greeting / formal")
        #expect(shown.body == "Dear {{name}}\n\n" && shown.version.name == "v2" && shown.prompt.category == "post")
        #expect(shown.prompt.tags == ["a", "b", "yes"] && shown.settings["temperature"] == .number("0.20"))
        #expect(try importFolder() == ImportReport(unchanged: 3))
        try replace("Dear", "Dearest", in: "Greeting-formal.md")
        #expect(try importFolder() == ImportReport(updated: 1, unchanged: 2))
        #expect(try library.show("Greeting / formal").version.name == "v3")
        #expect(try library.divergenceCount() == 0)
        #expect(try library.exportFolder(folder) == FolderExportReport(unchanged: 3))
    }

    @Test(
        "where the library has moved on, the file's text stands beside the head, and fields that only it changed stay")
    func divergence() throws {
        try library.exportFolder(folder)
        _ = try library.save("changed here", from: library.editBase("plain"))
        var change = PromptChange()
        change.description = "said here"
        _ = try library.change("plain", change)
        try library.tag("plain", ["here"])
        try replace("no front matter", "edited there", in: "plain.md")
        try replace("name: plain", "name: plain\ntags: [there]", in: "plain.md")
        #expect(try importFolder() == ImportReport(updated: 1, diverged: 1, unchanged: 2))
        #expect(try library.divergenceCount() == 1)
        let shown = try library.show("plain")
        #expect(shown.prompt.description == "said here")
        #expect(shown.prompt.tags == ["here", "there"])
        #expect(try importFolder() == ImportReport(unchanged: 3))
    }

    @Test("a field taken out of a file is taken away, and a setting too")
    func removedFields() throws {
        try library.exportFolder(folder)
        try replace("category: mail\n", "", in: "Greeting-formal.md")
        try replace("  model: m\n", "", in: "Greeting-formal.md")
        #expect(try importFolder().updated == 1)
        let shown = try library.show("Greeting / formal")
        #expect(shown.prompt.category == nil && shown.settings == ["temperature": .number("0.20")])
    }

    @Test("a new file is a new prompt, a copy needs its own name, and a file that is gone is only reported")
    func addedAndRemoved() throws {
        try library.exportFolder(folder)
        try "Just a text.\n".write(toFile: "\(folder)/new one.md", atomically: true, encoding: .utf8)
        try FileManager.default.copyItem(atPath: "\(folder)/plain.md", toPath: "\(folder)/twin.md")
        try FileManager.default.removeItem(atPath: "\(folder)/chat.md")
        let report = try importFolder()
        #expect(report.created == 1 && report.unchanged == 2 && report.removed.isEmpty && report.pruned.isEmpty)
        #expect(report.rejected.map(\.path) == ["twin.md"])
        #expect(try library.show("new one").body == "Just a text.")
        #expect(try library.show("chat").prompt.name == "chat")
        try replace("name: plain", "name: twin", in: "twin.md")
        let second = try importFolder()
        #expect(second.created == 1 && second.removed == ["chat"])
        #expect(try library.show("twin").body == library.show("plain").body)
        #expect(try importFolder(prune: true).pruned == ["chat"])
        #expect(throws: LibraryError(.notFound, "")) { try library.show("chat") }
        #expect(try importFolder(prune: true).removed == [])
    }

    @Test("an unedited file does not bring a deleted prompt back, an edited one does")
    func trash() throws {
        try library.exportFolder(folder)
        _ = try library.delete("plain")
        #expect(try importFolder() == ImportReport(unchanged: 3))
        #expect(throws: LibraryError(.notFound, "")) { try library.show("plain") }
        try replace("no front matter", "worth keeping", in: "plain.md")
        #expect(try importFolder() == ImportReport(restored: 1, unchanged: 2))
        #expect(try library.show("plain").body.contains("worth keeping"))
    }

    @Test("export overwrites nothing that was edited by hand, and follows renames, moves and deletes")
    func careful() throws {
        try library.exportFolder(folder)
        try replace("no front matter", "mine", in: "plain.md")
        #expect(throws: LibraryError(.conflict, "")) { try library.exportFolder(folder) }
        #expect(try files()["plain.md"]?.contains("mine") == true)
        _ = try importFolder()
        try library.rename("plain", to: "simple")
        try FileManager.default.createDirectory(atPath: "\(folder)/sub", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: "\(folder)/chat.md", toPath: "\(folder)/sub/chat.md")
        _ = try library.save("user:\nhi\n", from: library.editBase("chat"))
        _ = try library.delete("Greeting / formal")
        let report = try library.exportFolder(folder)
        #expect(report == FolderExportReport(written: 2, removed: 2))
        #expect(Set(try files().keys) == [".offbook", "simple.md", "sub/chat.md"])
        try "foreign".write(toFile: "\(folder)/late.md", atomically: true, encoding: .utf8)
        _ = try library.create(NewPrompt(name: "late", body: "x"))
        #expect(throws: LibraryError(.conflict, "")) { try library.exportFolder(folder) }
        #expect(try library.exportFolder(folder, isForced: true).written == 1)
        #expect(throws: LibraryError(.invalid, "")) { try library.exportFolder(folder, as: .json) }
    }

    @Test("files converted to CRLF by git are not edits")
    func carriageReturns() throws {
        try library.exportFolder(folder)
        try edit("Greeting-formal.md") { $0 = $0.replacingOccurrences(of: "\n", with: "\r\n") }
        #expect(try importFolder() == ImportReport(unchanged: 3))
    }

    @Test("labels are in the files, and never move by them")
    func labels() async throws {
        _ = try await library.label("plain", "staging", over: nil)
        try library.exportFolder(folder)
        #expect(try files()["plain.md"]?.contains("labels:\n  staging: v1\n") == true)
        try replace("staging: v1", "staging: v9", in: "plain.md")
        let digest = try node.digest
        #expect(try importFolder() == ImportReport(unchanged: 3))
        #expect(try node.digest == digest)
    }

    @Test("two nodes that import one folder have the same prompts")
    func twoNodes() throws {
        try library.exportFolder(folder)
        let other = try Node("b", workspace: node.replica.read { try $0.workspaceID() }, in: scratch)
        let third = try Node("c", workspace: node.replica.read { try $0.workspaceID() }, in: scratch)
        for node in [other, third] { _ = try node.library.importPrompts(ImportRequest(PromptFolder.read(folder))) }
        _ = try other.replica.join(third.exported())
        _ = try third.replica.join(other.exported())
        #expect(try other.digest == third.digest)
        #expect(try other.library.list().items.count == 3)
        #expect(try other.library.conflicts().items.isEmpty)
    }

    @Test("a file of a version that has not arrived here never takes the head's place")
    func unknownVersion() throws {
        let other = try Node("b", workspace: node.replica.read { try $0.workspaceID() }, in: scratch)
        _ = try other.replica.join(node.exported())
        _ = try other.library.save("written there", from: other.library.editBase("plain"))
        try other.library.exportFolder(folder)
        _ = try library.save("written here", from: library.editBase("plain"))
        #expect(try importFolder() == ImportReport(updated: 1, diverged: 1, unchanged: 2))
        #expect(try library.divergenceCount() == 1)
        #expect(try importFolder() == ImportReport(unchanged: 3))
        _ = try node.replica.join(other.exported())
        _ = try other.replica.join(node.exported())
        #expect(try node.digest == other.digest)
        let texts = try library.history("plain").items.map { try library.show("plain", version: $0.id).body }
        #expect(Set(texts).isSuperset(of: ["written here", "written there"]))
        #expect(try library.divergenceCount() == 1)
    }

    @Test("nothing is called gone, or pruned, where a file was there and could not be taken")
    func unreadable() throws {
        try library.exportFolder(folder)
        try replace("name: plain", "<<<<<<< HEAD\nname: plain\n=======\nname: other\n>>>>>>> b", in: "plain.md")
        try FileManager.default.removeItem(atPath: "\(folder)/chat.md")
        let report = try importFolder(prune: true)
        #expect(report.rejected.map(\.path) == ["plain.md"] && report.pruned.isEmpty && report.removed.isEmpty)
        #expect(try library.list().items.count == 3)
    }

    @Test("pruning leaves a prompt that was edited here since its file was written")
    func prunedAndEdited() throws {
        try library.exportFolder(folder)
        _ = try library.save("user:\nnewer\n", from: library.editBase("chat"))
        try FileManager.default.removeItem(atPath: "\(folder)/chat.md")
        let report = try importFolder(prune: true)
        #expect(report.removed == ["chat"] && report.pruned.isEmpty)
        #expect(try library.show("chat").body == "user:\nnewer\n")
    }

    @Test("of a file and its copy the one that kept the name is the prompt; where none did, neither is taken")
    func copies() throws {
        try library.exportFolder(folder)
        let text = try String(contentsOfFile: "\(folder)/plain.md", encoding: .utf8)
        try text.replacingOccurrences(of: "name: plain", with: "name: another")
            .write(toFile: "\(folder)/another.md", atomically: true, encoding: .utf8)
        #expect(try importFolder() == ImportReport(created: 1, unchanged: 3))
        #expect(try library.show("plain").version.name == "v1")
        try text.replacingOccurrences(of: "name: plain", with: "name: third")
            .write(toFile: "\(folder)/third.md", atomically: true, encoding: .utf8)
        try replace("name: plain", "name: fourth", in: "plain.md")
        #expect(try importFolder().rejected.map(\.path) == ["plain.md", "third.md"])
        #expect(try library.list().items.count == 4)
    }

    @Test("a conflict that git left in the register counts as both sides; one left in a text is refused")
    func markers() throws {
        try library.exportFolder(folder)
        try edit(FolderRegister.fileName) { text in
            let lines = text.split(separator: "\n").map(String.init)
            text =
                (lines.prefix(2) + ["<<<<<<< HEAD", lines[2], "=======", lines[3], ">>>>>>> theirs"]
                + lines.dropFirst(4))
                .map { "\($0)\n" }.joined()
        }
        #expect(try FolderRegister(in: folder)?.prompts.count == 3)
        try replace("no front matter", "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> b", in: "plain.md")
        let report = try importFolder()
        #expect(report.rejected.map(\.path) == ["plain.md"] && report.unchanged == 2)
        #expect(try library.show("plain").version.name == "v1")
    }
}
