import Testing
import TextMerge

/// Compared with `git merge-file`, where git is installed.
@Suite(.serialized, .enabled(if: Program.git.isInstalled))
struct MergeProgramTests {
    /// Lines that are all different leave no choice of which to keep: what git merges by lines is to be
    /// the same here. (Its conflicts may be clean here, where words can be merged.)
    @Test(arguments: 0..<150)
    func mergesWhatGitMerges(seed: Int) throws {
        var texts = RandomTexts(seed: seed)
        let lines = (0..<texts.number(below: 20) + 1).map { "line\($0)\n" }
        let (base, ours, theirs) = (lines.joined(), changed(lines, "x", &texts), changed(lines, "y", &texts))
        let merge = mergeTexts(base: base, ours: ours, theirs: theirs)
        let (output, status) = try Folder.with(["base": base, "ours": ours, "theirs": theirs]) { folder in
            try Program.git.runForStatus(["merge-file", "-p", "ours", "base", "theirs"], in: folder)
        }
        if status == 0 { #expect(merge.text.map { Array($0.utf8) } == output) }
    }

    private func changed(_ lines: [String], _ name: String, _ texts: inout RandomTexts) -> String {
        var text = ""
        for (index, line) in lines.enumerated() {
            switch texts.number(below: 32) {
            case 0: break
            case 1: text += "\(name)\(index)\n"
            case 2: text += line + "\(name)\(index)\n"
            case 3: text += "same\(index)\n"
            default: text += line
            }
        }
        return text
    }
}
