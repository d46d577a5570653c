/// One detector at work on a stream.
struct Track: Sendable {
    enum Role: Sendable {
        case watching, blocking, required
    }

    /// Its place among the policies.
    let policy: Int
    let detector: Detector
    let role: Role
    var scan = Scan()
    /// The first finding of one that blocks. It does not search any further, but one that begins earlier may still
    /// turn up elsewhere.
    var candidate: Candidate?
    /// Whether a required text is there.
    var isThere = false

    struct Candidate: Sendable {
        var finding: Finding
        /// From where on nothing may go out, counted as the held text is.
        var start: Int
    }

    /// Nothing before this can be a part of what it blocks.
    var clear: Int? { role == .blocking ? candidate?.start ?? scan.position : nil }

    var isDone: Bool { candidate != nil || isThere || scan.hasEnded }

    /// When the oldest of what is held goes away.
    mutating func shift(by count: Int) {
        scan.position = max(0, scan.position - count)
        candidate?.start -= count
    }
}
