package import ReplicaStore

extension Library {
    /// Whether this very text is somewhere in the prompt's history.
    package func hasText(_ text: String, of prompt: PromptRecord) throws -> Bool {
        try replica.read { try $0.hasVersion(of: prompt.id, body: text) }
    }
}
