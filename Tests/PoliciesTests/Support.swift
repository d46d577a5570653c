import Policies

/// SplitMix64, so that a failure can be had again.
struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

func policy(
    _ kind: PolicyKind, _ rules: String = "{}", threshold: Double? = nil, action: PolicyAction = .log,
    id: String? = nil
) throws(PolicyFault) -> Policy {
    try Policy(
        id: id ?? kind.rawValue, name: "Policy", kind: kind, rules: PolicyRules(json: Array(rules.utf8)),
        threshold: threshold, action: action)
}

/// What is put together only here, so that no scanner of repositories takes it for a real one.
enum Invented {
    static let key = "gh" + "p_" + String(repeating: "a1B2c3D4e5F6", count: 3)
    static let openAI = "s" + "k-proj-" + "Q7w2E9r4T1y6U3i8O5p0A2s4D6f8G1h3J5k7"
    static let token = "ey" + "JhbGciOiJGQUtFIn0.ey" + "JzdWIiOiJmYWtlIn0.RkFLRS1zaWduYXR1cmUtMDAwMDAwMDA"
    static let privateKey =
        "-----BEGIN PRIVATE " + "KEY-----\n" + String(repeating: "FAKEfakeFAKE0123", count: 8) + "\n-----END PRIVATE "
        + "KEY-----"
}

/// What a stream gave in all.
struct StreamOutcome: Equatable {
    var release = ""
    var blocked: String?
    var findings: [PolicyFinding] = []

    init(_ policies: [Policy], _ chunks: [String]) {
        var check = StreamCheck(policies)
        for chunk in chunks { take(check.feed(chunk)) }
        take(check.finish())
    }

    private mutating func take(_ verdict: StreamVerdict) {
        release += verdict.release
        blocked = verdict.blocked?.id
        findings += verdict.findings
    }

    /// As UTF-8: two texts may be equal for Swift and not for anybody else.
    static func == (one: StreamOutcome, other: StreamOutcome) -> Bool {
        one.blocked == other.blocked && one.release.utf8.elementsEqual(other.release.utf8)
    }
}

/// Cuts between Unicode scalars, so also within graphemes.
func cut(_ text: String, _ random: inout Random) -> [String] {
    var chunks = [String.UnicodeScalarView()]
    let most = [1, 2, 5, 20, 200].randomElement(using: &random) ?? 1
    var left = Int.random(in: 1...most, using: &random)
    for scalar in text.unicodeScalars {
        if left == 0 {
            chunks.append(String.UnicodeScalarView())
            left = Int.random(in: 1...most, using: &random)
        }
        chunks[chunks.count - 1].append(scalar)
        left -= 1
    }
    return chunks.map { String($0) }
}
