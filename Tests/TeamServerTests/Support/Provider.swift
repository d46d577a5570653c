import ProviderStub

extension ProviderStub {
    /// What a server reads that is to ask it.
    var environment: [String: String] {
        [
            "OPENAI_BASE_URL": base, "OPENAI_API_KEY": "sk-openai", "ANTHROPIC_BASE_URL": base,
            "ANTHROPIC_API_KEY": "sk-anthropic",
        ]
    }
}
