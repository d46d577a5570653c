import ArgumentParser
import PromptLibrary
import ReplicaStore

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Examine this library for damage.",
        discussion: """
            Looks at the file, at every row and its clock, at the versions' hashes and at the search index.
            Exits with 1 where it finds something that it has not mended. On a server's data it tells whether the
            clock has jumped by more than an hour, after which the server merges nothing.

              offbook doctor
              offbook doctor --fix
              offbook doctor --deep
            """)

    @Flag(help: "Mend what can be mended.") var fix = false
    @Flag(help: "Also compare every row with what was published.") var deep = false
    @Flag(help: "Of a server: say that this machine's clock is right, though it has jumped.") var acceptClock = false
    @OptionGroup var page: PageOptions
    @OptionGroup var options: LibraryOptions

    func run() throws {
        let library = try options.library()
        if acceptClock { try library.replica.acceptClock() }
        let findings = try fix ? library.replica.mend(deep: deep) : library.replica.examine(deep: deep)
        if options.json {
            try JSONOutput.print(try page.request.page(of: findings))
        } else {
            print(findings)
        }
        if findings.contains(where: { !fix || $0.mending == nil }) { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    private func print(_ findings: [Finding]) {
        if findings.isEmpty { return Console.print("Nothing wrong was found.") }
        for finding in findings {
            let place = [finding.table, finding.row.map { String($0.suffix(8)) }].compactMap { $0 }.joined(
                separator: " ")
            Console.print("\(finding.kind.rawValue)  \(place): \(finding.detail)")
            let mending =
                finding.mending ?? finding.advice ?? "can't be mended here; export what you can, and sync a new library"
            Console.print("  \(fix && finding.mending != nil ? "mended" : "to mend"): \(mending)")
        }
    }
}
