package import Changesets

extension RowID {
    /// The group of all who manage the workspace: no row has this id, and nothing is ever put into it. What only they
    /// are to see, such as what went against a policy, is shared with it.
    package static let admins = RowID.derived(table: "groups", key: [Array("admins".utf8)])
}
