import DirectoryStore
import Testing

@Suite("Timing") struct TimingTests {
    /// In turn, so that whatever else the machine does meets both; by ranks, so that how fast it is makes no
    /// difference, nor do single slow tries. Where both take as long, |z| is above 5 once in two million runs.
    @Test("A failing sign-in takes as long for an unknown address as for a known one")
    func signIn() throws {
        let directory = try TestDirectory {
            $0.passwordCost = PasswordCost(logarithm: 9)
            $0.signIn.failuresOfAccount = .max
            $0.signIn.failuresFromAddress = .max
        }
        try directory.person("known@b.example")
        var times: [String: [Duration]] = [:]
        for number in 0..<1000 {
            let email = number.isMultiple(of: 2) ? "known@b.example" : "never@b.example"
            times[email, default: []].append(
                ContinuousClock().measure { _ = try? directory.signIn(email, "wrong-password") })
        }
        let z = rankSum(times["known@b.example"] ?? [], times["never@b.example"] ?? [])
        #expect(abs(z) < 5, "z = \(z)")
        // The comparison would find half of the work left out.
        let known = times["known@b.example"] ?? []
        #expect(rankSum(known, known.map { $0 * 0.5 }) > 5)
    }

    /// z of the rank-sum test of Mann and Whitney.
    private func rankSum(_ a: [Duration], _ b: [Duration]) -> Double {
        let ranked = (a.map { ($0, 1.0) } + b.map { ($0, 0.0) }).sorted { $0.0 < $1.0 }
        let sum = ranked.enumerated().reduce(0) { $0 + $1.element.1 * Double($1.offset + 1) }
        let (m, n) = (Double(a.count), Double(b.count))
        return (sum - m * (m + n + 1) / 2) / (m * n * (m + n + 1) / 12).squareRoot()
    }
}
