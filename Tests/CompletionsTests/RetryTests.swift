import Testing

@testable import Completions

@Suite struct RetryTests {
    @Test(
        "Retry-After is seconds or a date",
        arguments: [
            ("2", 2000), ("0.5", 500), ("-1", 0), ("Thu, 01 Jan 1970 00:16:42 GMT", 2000),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000 - 1_000_000), ("Wed, 31 Dec 1969 00:00:00 GMT", nil),
            ("soon", nil), ("", nil), ("nan", nil), ("1e400", nil), ("Sun, 99 Nov 1994 08:49:37 GMT", nil),
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ] as [(String, Int?)])
    func retryAfter(_ text: String, _ expected: Int?) {
        #expect(RetryAfter.milliseconds(text, now: 1000) == expected)
    }

    @Test("Waits are anything up to a bound that doubles, and end")
    func jitter() {
        let (policy, error) = (RetryPolicy(), CompletionError(.providerFailed, "x"))
        #expect((1...3).map { policy.wait(after: $0, error) { $0.upperBound } } == [250, 500, nil])
        #expect(policy.wait(after: 1, error) { $0.lowerBound } == 0)
        var many = RetryPolicy()
        many.attempts = 100
        #expect(many.wait(after: 90, error) { $0.upperBound } == many.cap)
    }

    @Test("What the provider asks for holds, within a bound; what has begun or is wrong is not tried again")
    func asked() {
        var error = CompletionError(.rateLimited, "x")
        error.retryAfterMilliseconds = 7000
        #expect(RetryPolicy().wait(after: 1, error) { $0.upperBound } == 7000)
        error.retryAfterMilliseconds = 60_000
        #expect(RetryPolicy().wait(after: 1, error) { $0.upperBound } == nil)
        var begun = CompletionError(.providerFailed, "x")
        begun.hasBegun = true
        #expect(RetryPolicy().wait(after: 1, begun) { $0.upperBound } == nil)
        for code in [CompletionError.Code.refused, .timedOut] {
            #expect(RetryPolicy().wait(after: 1, CompletionError(code, "x")) { $0.upperBound } == nil)
        }
    }

    @Test("A key shows in nothing that prints it")
    func secret() throws {
        let secret = Secret("sk-very-secret")
        let provider = try Provider(name: "p", format: .openai, base: "http://x/v1/", key: .sealed { secret })
        var dumped = ""
        dump((secret, provider), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(provider)", dumped] {
            #expect(!text.contains("very"))
        }
        #expect(provider.base == "http://x/v1")
    }

    @Test("Base URLs hold no key", arguments: ["", "x", "ftp://x", "http://", "https://a:b@c/v1", "http://x/v1?key=1"])
    func bases(_ base: String) {
        #expect(throws: CompletionError.self) { try Provider(name: "p", format: .openai, base: base, key: .none) }
    }
}
