package import Changesets
internal import GRDB

extension DirectoryStore {
    /// The user of a workspace's rows that a library of the caller's is to be.
    ///
    /// A library with something in it stays who it is, where that user is nobody else. One with nothing in it
    /// is who the account was first, if a person: the key of a service may be in many hands.
    ///
    /// - Parameter user: who the library is by itself.
    /// - Returns: nil where it does not say who it is.
    package func identity(
        of user: RowID?, isBlank: Bool, for caller: Caller, in workspace: DirectoryWorkspace
    ) throws -> RowID? {
        guard let user, user.length == 16 else { return nil }
        let isPerson = try read { try $0.account(caller.account)?.kind == .person }
        let first = isPerson ? try firstIdentity(of: caller, in: workspace) : nil
        if isBlank, let first { return first }
        if try bind(user, to: caller, in: workspace) { return user }
        // It is somebody else: a copy of their library, signed in to as another.
        let own = first ?? RowID.uuid7(at: clock())
        return try bind(own, to: caller, in: workspace) ? own : nil
    }
}
