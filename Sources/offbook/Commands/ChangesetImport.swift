import Changesets
import PromptLibrary
import ReplicaStore

/// What `offbook import` does with a changeset.
extension Import {
    /// - Returns: whether all of it was taken.
    func takeChangeset(_ bytes: [UInt8], _ path: String) throws -> Bool {
        let changeset = try ChangesetFile(bytes)
        let header = changeset.header
        let workspaces = options.workspaces(node: node)
        // Before a library is made of it.
        let signer = try workspaces.checkSigner(of: changeset, policy)
        say("\(path): a changeset of “\(header.workspaceName)” by \(header.nodeName), \(signer.text)")
        if dryRun {
            try report(ChangesetReport(ApplySummary(), signer, isDryRun: true))
            return true
        }
        let (library, isNew) = try workspaces.library(for: changeset, options.selector)
        if isNew {
            Console.error("Made the workspace “\(header.workspaceName)” from it in \(options.data.directory.path).")
        }
        let summary = try library.join(changeset, policy)
        try KeptTexts(options.data.directory).removePurged(in: library)
        try report(ChangesetReport(summary, signer, isDryRun: false))
        return true
    }

    /// Nil for that of the settings.
    private var policy: SignerPolicy? {
        guard let key = signedBy.flatMap({ RowID(hex: $0) }) else { return nil }
        var policy = SignerPolicy()
        policy.requiredKey = key.bytes
        return policy
    }

    private func report(_ report: ChangesetReport) throws {
        if options.json { return try JSONOutput.print(report) }
        if report.dryRun { return Console.print("It is whole and can be imported.") }
        Console.print(
            report.changed == 0
                ? "Nothing new: all of it is here already."
                : "\(Count.of(report.changed, "row")) changed, \(Count.of(report.conflicts, "conflict")) journalled.")
        for row in report.rejected { Console.error("not taken: \(row)") }
        if report.parked > 0 {
            Console.error(
                "\(Count.of(report.parked, "row")) from a clock more than a day ahead set aside: offbook orphans")
        }
    }
}

extension FileSigner {
    /// For people.
    var text: String {
        switch self {
        case .nobody: "not signed"
        case .known(let node): "signed by \(node)"
        case .unknown(let key): "signed by a key that is not known here: \(hexadecimal(key))"
        }
    }
}
