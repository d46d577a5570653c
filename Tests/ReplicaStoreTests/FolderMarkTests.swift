import Foundation
import ReplicaStore
import Testing

@Suite struct FolderMarkTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test func aFolderIsUnchangedUntilAFileComesOrGoes() throws {
        let mark = try #require(FolderMark(folder.path))
        #expect(!mark.isChanged())
        #expect(FileManager.default.createFile(atPath: path("a"), contents: nil))
        #expect(mark.isChanged())
        #expect(!mark.isChanged())
        try FileManager.default.removeItem(atPath: path("a"))
        #expect(mark.isChanged())
        #expect(!mark.isChanged())
    }

    @Test func whatAFileHoldsIsNoMatter() throws {
        #expect(FileManager.default.createFile(atPath: path("a"), contents: nil))
        let mark = try #require(FolderMark(folder.path))
        let file = try #require(FileHandle(forWritingAtPath: path("a")))
        try file.write(contentsOf: Data("text".utf8))
        try file.close()
        #expect(!mark.isChanged())
    }

    @Test func aFileThatTakesTheNameOfAnotherIsAChange() throws {
        for name in ["a", "b"] { #expect(FileManager.default.createFile(atPath: path(name), contents: nil)) }
        let mark = try #require(FolderMark(folder.path))
        #expect(rename(path("b"), path("a")) == 0)
        #expect(mark.isChanged())
        #expect(!mark.isChanged())
    }

    @Test func aFolderThatTakesTheNameOfAnotherIsAChangeForEver() throws {
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
        }
        let mark = try #require(FolderMark(path("a")))
        #expect(rename(path("a"), path("c")) == 0)
        #expect(rename(path("b"), path("a")) == 0)
        #expect(mark.isChanged())
        #expect(mark.isChanged())
    }

    @Test func whatIsNotThereHasNone() { #expect(FolderMark(path("missing")) == nil) }
}
