import DirectoryStore
import Glibc
import ReplicaStore

extension Measurement {
    /// Sign-ins that fail, for an address without an account against one that has an account: the time must
    /// not tell which is which. Beside the ratio stands z of the rank-sum test (Mann and Whitney): within ±2 in
    /// 19 of 20 runs where there is no difference.
    static let signIn = Measurement("sign-in", isLong: true) { bench in
        var policy = DirectoryPolicy()
        policy.requiresVerification = false
        // The least that serve takes: a difference would weigh most.
        policy.passwordCost = PasswordCost(logarithm: 14)
        policy.signIn.failuresOfAccount = .max
        policy.signIn.failuresFromAddress = .max
        let store = try DirectoryStore(DataDirectory(path: bench.newPath()), policy: policy)
        _ = try store.register(NewAccount(email: "known@example.org", password: "the-right-one"), from: .console)
        let (unknown, known) = (Samples(), Samples())
        try await bench.rounds(
            count: tries, { try fail(store, "unknown@example.org", unknown) },
            { try fail(store, "known@example.org", known) })
        let z = (rankSum(unknown.values, known.values) * 100).rounded() / 100
        return [
            Figure(
                "sign-in.unknown", "\(tries) failing sign-ins each, to those of a known address; z = \(z)",
                ours: unknown, peer: known)
        ]
    }

    private static let tries = 500

    private static func fail(_ store: DirectoryStore, _ email: String, _ samples: Samples) throws {
        let request = SignInRequest(email: email, password: "a-wrong-one")
        let code: AccountError.Code? = try samples.time {
            do {
                _ = try store.signIn(request, from: .console)
                return nil
            } catch let error as AccountError {
                return error.code
            }
        }
        guard code == .wrongCredentials else { throw BenchError("a wrong password was answered with \(code as Any)") }
    }

    /// z by the normal approximation; for times, which are hardly ever equal, without a correction for ties.
    private static func rankSum(_ a: [Double], _ b: [Double]) -> Double {
        let ranked = (a.map { ($0, 1.0) } + b.map { ($0, 0.0) }).sorted { $0.0 < $1.0 }
        let sum = ranked.enumerated().reduce(0) { $0 + $1.element.1 * Double($1.offset + 1) }
        let (m, n) = (Double(a.count), Double(b.count))
        return (sum - m * (m + n + 1) / 2) / (m * n * (m + n + 1) / 12).squareRoot()
    }
}
