package import Policies
internal import ReplicaStore

extension Library {
    /// What a policy would find in a text, whether it is active or not.
    ///
    /// - Parameter side: of which the text would be; nil for any that the policy looks at.
    /// - Throws: `notFound`; `invalid` for a policy that reads no text, or can't be read here.
    package func findings(of name: String, in text: String, side: PolicySide? = nil) throws -> [Policies.Finding] {
        guard text.utf8.count <= LibraryLimits.bodyBytesMax else {
            throw LibraryError(
                .invalid, "the text has more than \(LibraryLimits.bodyBytesMax) bytes", field: "text")
        }
        let policy = try replica.read { try $0.readPolicy(name) }
        guard policy.kind.readsText else {
            throw LibraryError(
                .invalid, "“\(policy.name)” reads no text: a policy of kind \(policy.kind.rawValue) measures a call")
        }
        let looked = side ?? PolicySide.allCases.first(where: policy.applies)
        return looked.map { policy.findings(in: text, side: $0) } ?? []
    }
}

extension ReadTransaction {
    fileprivate func readPolicy(_ name: String) throws -> Policy {
        do {
            return try Policy(resolvePolicy(name))
        } catch let fault as PolicyFault {
            throw LibraryError(.invalid, "“\(name)” can't be read here: \(fault)", field: fault.field)
        }
    }
}
