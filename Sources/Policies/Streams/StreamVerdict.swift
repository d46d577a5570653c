/// A finding and whose it is.
package struct PolicyFinding: Sendable, Hashable {
    /// The policy's id.
    package var policy: String
    package var finding: Finding

    package init(policy: String, finding: Finding) { (self.policy, self.finding) = (policy, finding) }
}

/// What a ``StreamCheck`` says to a chunk.
package struct StreamVerdict: Sendable {
    /// What may go out now. It may end within a grapheme, and never within a Unicode scalar.
    package var release = ""
    package var findings: [PolicyFinding] = []
    /// Whoever ends the stream here. Nothing is released from then on.
    package var blocked: Policy?
}
