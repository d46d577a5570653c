internal import Crypto
internal import Synchronization

/// How many requests one key or one address may make.
package struct RateLimits: Sendable, Equatable {
    /// In the long run.
    package var perMinute: Int
    /// At once, after a quiet time.
    package var burst: Int

    package init(perMinute: Int = 100, burst: Int = 20) {
        self.perMinute = perMinute
        self.burst = burst
    }
}

/// Whom a request counts against.
enum RateSubject: Hashable, Sendable {
    /// The first 16 bytes of the credential's SHA-256.
    case credential(UInt64, UInt64)
    case address(String)

    init(credential: String) {
        let words = SHA256.hash(data: Array(credential.utf8)).withUnsafeBytes {
            ($0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        self = .credential(words.0, words.1)
    }

    /// A network that has IPv6 gives one customer 2^64 addresses: they count as one.
    init(address: String) {
        guard address.contains(":"), !address.contains(".") else {
            self = .address(address)
            return
        }
        let head = address.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let groups = head.split(separator: ":").prefix(4) + []
        self = .address((groups + Array(repeating: "0", count: 4 - groups.count)).joined(separator: ":"))
    }
}

/// A bucket of tokens for each subject: it holds `burst` of them, and fills by `perMinute`.
///
/// Memory is bounded: subjects are kept in two generations, and the older one goes when the newer is full. Who
/// is forgotten so begins with a full bucket.
final class RateLimiter: Sendable {
    struct Grant: Equatable {
        var isAllowed: Bool
        var remaining: Int
        /// Seconds until the bucket is full.
        var reset: Int
        /// Seconds until there is a token again; 0 where there is one.
        var retryAfter: Int
    }

    private struct Bucket {
        var tokens: Double
        /// Seconds of the clock that callers use.
        var at: Double
        /// Of a credential: whether it has opened something.
        var isAccepted = false
    }

    private struct State {
        var young: [RateSubject: Bucket] = [:]
        var old: [RateSubject: Bucket] = [:]

        func bucket(_ subject: RateSubject) -> Bucket? { young[subject] ?? old[subject] }
    }

    let limits: RateLimits
    private let generationMax: Int
    private let state = Mutex(State())

    init(_ limits: RateLimits, subjectsMax: Int = 100_000) {
        self.limits = limits
        generationMax = max(1, subjectsMax / 2)
    }

    private var perSecond: Double { Double(limits.perMinute) / 60 }

    /// - Parameter now: seconds of a clock that only goes forward.
    func take(_ subject: RateSubject, now: Double) -> Grant {
        state.withLock { state in
            var bucket = filled(state.bucket(subject), now)
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            store(bucket, subject, &state)
            let missing = Double(limits.burst) - bucket.tokens
            return Grant(
                isAllowed: isAllowed, remaining: Int(bucket.tokens), reset: Int((missing / perSecond).rounded(.up)),
                retryAfter: isAllowed ? 0 : max(1, Int(((1 - bucket.tokens) / perSecond).rounded(.up))))
        }
    }

    private func filled(_ bucket: Bucket?, _ now: Double) -> Bucket {
        guard var bucket else { return Bucket(tokens: Double(limits.burst), at: now) }
        bucket.tokens = min(Double(limits.burst), bucket.tokens + max(0, now - bucket.at) * perSecond)
        bucket.at = now
        return bucket
    }

    private func store(_ bucket: Bucket, _ subject: RateSubject, _ state: inout State) {
        if state.young[subject] == nil, state.young.count >= generationMax {
            state.old = state.young
            state.young = [:]
        }
        state.young[subject] = bucket
    }

    /// Whether a credential has opened something lately, and so counts for itself and not for its address.
    func isAccepted(_ credential: RateSubject) -> Bool {
        state.withLock { $0.bucket(credential)?.isAccepted ?? false }
    }

    func setAccepted(_ credential: RateSubject, _ isAccepted: Bool, now: Double) {
        state.withLock { state in
            // What never opened anything is not remembered: anybody can make up any number of those.
            guard isAccepted || state.bucket(credential) != nil else { return }
            var bucket = filled(state.bucket(credential), now)
            bucket.isAccepted = isAccepted
            store(bucket, credential, &state)
        }
    }

    /// How many subjects are remembered.
    var count: Int { state.withLock { $0.young.count + $0.old.count } }
}
