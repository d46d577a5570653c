import Changesets
import PromptLibrary
import ReplicaStore

/// What importing a changeset prints as JSON.
struct ChangesetReport: Encodable {
    var changed: Int
    var conflicts: Int
    var parked: Int
    var rejected: [String]
    var dryRun: Bool
    /// The node that signed it; nil where nobody did, or where the key is not known here.
    var signer: String?
    /// The key that signed it, in hexadecimal digits; nil where nobody did and where the signer is known.
    var unknownKey: String?

    init(_ summary: ApplySummary, _ fileSigner: FileSigner, isDryRun: Bool) {
        changed = summary.changed
        conflicts = summary.conflicts
        parked = summary.parked
        rejected = summary.denied.map(\.text)
        dryRun = isDryRun
        switch fileSigner {
        case .nobody: break
        case .known(let node): signer = node
        case .unknown(let key): unknownKey = hexadecimal(key)
        }
    }

    enum CodingKeys: String, CodingKey {
        case changed, conflicts, parked, rejected, signer
        case unknownKey = "unknown_key"
        case dryRun = "dry_run"
    }
}
