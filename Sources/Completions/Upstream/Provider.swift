/// Who runs models.
package struct Provider: Sendable {
    package var name: String
    package var format: WireFormat
    /// Without a slash at the end; with the version, as in `https://api.openai.com/v1`.
    package var base: String
    package var key: KeySource
    package var timeouts = UpstreamTimeouts()
    /// Nil for those of ``Upstream/Settings``.
    package var retries: RetryPolicy?
    /// Sent with each call to it.
    package var headers: [(name: String, value: String)] = []
    /// Whether it knows `stream_options.include_usage`. Without it, streams of some servers are not counted.
    package var countsStreams = true

    /// Where the key is.
    package enum KeySource: Sendable {
        /// For servers that ask for none.
        case none
        case environment(String)
        /// Somebody else keeps it sealed: called for each call, so that a new key holds at once.
        case sealed(@Sendable () throws -> Secret)
    }

    /// - Throws: `CompletionError` where the URL is none of HTTP.
    package init(name: String, format: WireFormat, base: String, key: KeySource) throws(CompletionError) {
        let trimmed = String(base.reversed().drop { $0 == "/" }.reversed())
        guard trimmed.hasPrefix("https://") || trimmed.hasPrefix("http://"), trimmed.split(separator: "/").count > 1,
            trimmed.allSatisfy({ $0.isASCII && !$0.isWhitespace }), !trimmed.contains(where: { "?#@".contains($0) })
        else {
            throw .invalid("base_url", "it has to be a URL such as https://api.openai.com/v1, without a key in it")
        }
        (self.name, self.format, self.base, self.key) = (name, format, trimmed, key)
    }

    /// - Throws: `CompletionError` of code `keyRefused`.
    func secret(_ environment: @Sendable (String) -> String?) throws(CompletionError) -> Secret? {
        switch key {
        case .none: return nil
        case .environment(let variable):
            guard let text = environment(variable), !text.isEmpty else {
                throw CompletionError(.keyRefused, "the provider \(name) has no key: set \(variable)")
            }
            return Secret(text)
        case .sealed(let open):
            do {
                return try open()
            } catch {
                throw CompletionError(.keyRefused, "the key of the provider \(name) can't be opened; set it anew")
            }
        }
    }
}

/// How long a provider may take, in milliseconds.
package struct UpstreamTimeouts: Sendable, Hashable {
    package var connect = 10_000
    /// Between two pieces of a stream, and before the first. Whole answers have ``total``.
    package var read = 120_000
    /// From the first try to the end of the answer, waits between tries included.
    package var total = 600_000

    package init() {}
}

/// How often a call is made again, before its first byte has come.
package struct RetryPolicy: Sendable {
    /// The first try included.
    package var attempts: Int
    /// In milliseconds: what the first wait is at most, doubled for each further one.
    package var base = 250
    /// In milliseconds.
    package var cap = 8_000
    /// In milliseconds: a provider that asks for more is taken to be exhausted.
    package var retryAfterMax = 20_000

    package init(attempts: Int = 3) { self.attempts = attempts }

    /// Full jitter: anything up to the bound, so that many who failed together don't come back together.
    ///
    /// - Returns: in milliseconds; nil where it is not worth waiting.
    func wait(after attempt: Int, _ error: CompletionError, _ random: (ClosedRange<Int>) -> Int) -> Int? {
        guard attempt < attempts, error.isTransient, !error.hasBegun else { return nil }
        if let asked = error.retryAfterMilliseconds { return asked <= retryAfterMax ? asked : nil }
        let doubled = base.multipliedReportingOverflow(by: 1 << min(attempt - 1, 20))
        return random(0...max(0, min(cap, doubled.overflow ? cap : doubled.partialValue)))
    }
}
