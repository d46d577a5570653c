import Changesets
import PromptLibrary
import ReplicaStore
import Testing

@Suite("What to write into a shared folder")
struct FolderPlanTests {
    private let me = ReplicaID.random()
    private let other = ReplicaID.random()

    private func file(_ writer: ReplicaID, _ since: Int64, _ next: Int64, size: Int64 = 100) -> FolderFile {
        let mark = UInt8(truncatingIfNeeded: since &* 31 &+ next)
        return FolderFile(
            checksum: [mark] + writer.bytes, size: size, writer: writer, since: since, next: next)
    }

    private func plan(there: [FolderFile], noted: [NotedFile] = []) -> FolderPlan {
        FolderPlan(
            replica: me, entries: there.map { FolderPlan.Entry(name: FolderFileName.name(of: $0), file: $0) },
            noted: noted)
    }

    private func written(_ file: FolderFile) -> NotedFile {
        NotedFile(file: file, positions: [file.since + 1...file.next])
    }

    @Test("positions are held by a file that is there, or by a later one that covers it, and by no other")
    func held() {
        let part = NotedFile(file: file(other, 5, 9), positions: [3...7, 8...8, 12...14])
        #expect(plan(there: [part.file], noted: [part]).held == [3...8, 12...14])
        #expect(plan(there: [file(other, 0, 9)], noted: [part]).held == [3...8, 12...14])
        #expect(plan(there: [file(other, 0, 8)], noted: [part]).held.isEmpty)
        #expect(plan(there: [file(me, 0, 20)], noted: [part]).held.isEmpty)
        #expect(plan(there: [], noted: [part]).held.isEmpty)
    }

    @Test("nothing missing: nothing is written, however many files there are")
    func nothing() {
        let many = (0..<100).map { file(me, $0, $0 + 1, size: 1 << 30) }
        #expect(plan(there: many, noted: many.map(written)).writing(missing: nil) == .nothing)
    }

    @Test("the first file of a replica, and each that follows its last one, is a part")
    func parts() {
        #expect(plan(there: []).writing(missing: 3...8) == .part(since: 2, upTo: 8))
        let first = file(me, 2, 8)
        #expect(plan(there: [first], noted: [written(first)]).writing(missing: 9...9) == .part(since: 8, upTo: 9))
    }

    @Test("where something before its last file is missing, or all its files are, it writes everything")
    func whole() {
        let (first, second) = (file(me, 0, 8), file(me, 8, 20))
        let noted = [written(first), written(second)]
        #expect(plan(there: [second], noted: noted).writing(missing: 1...8) == .whole)
        #expect(plan(there: [second], noted: noted).writing(missing: 5...30) == .whole)
        #expect(plan(there: [], noted: noted).writing(missing: 1...20) == .whole)
    }

    @Test("too many files of its own, or too large ones, become one")
    func compaction() {
        let many = (0..<Int64(FolderPlan.ownFilesMax)).map { file(me, $0, $0 + 1) }
        #expect(plan(there: many, noted: many.map(written)).writing(missing: 50...50) == .whole)
        let few = Array(many.dropLast())
        #expect(plan(there: few, noted: few.map(written)).writing(missing: 50...50) == .part(since: 49, upTo: 50))
        let large = [file(me, 0, 4, size: 3 << 20), file(me, 4, 8, size: 3 << 20)]
        #expect(plan(there: large).writing(missing: 9...9) == .part(since: 8, upTo: 9))
        #expect(plan(there: large + [file(me, 8, 9)]).writing(missing: 10...10) == .whole)
    }

    @Test("only its own files go, and only when a later one of its own covers them")
    func removable() {
        let (first, second, theirs) = (file(me, 0, 8), file(me, 8, 20), file(other, 0, 5))
        let whole = file(me, 0, 30)
        let names = [first, second].map(FolderFileName.name)
        let there = [first, second, theirs]
        #expect(plan(there: there).removable(besides: nil).isEmpty)
        let entry = FolderPlan.Entry(name: "new", file: whole)
        #expect(Set(plan(there: there).removable(besides: entry)) == Set(names))
        #expect(Set(plan(there: there + [whole]).removable(besides: nil)) == Set(names), "left by a crash")
        let next = FolderPlan.Entry(name: "next", file: file(me, 30, 31))
        #expect(plan(there: [whole, theirs]).removable(besides: next).isEmpty)
    }
}
