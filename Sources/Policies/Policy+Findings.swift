extension Policy {
    /// What is in a text, in the order of the places; at most ``PolicyLimits/findings``. Nothing where the policy does
    /// not apply to the side.
    package func findings(in text: String, side: PolicySide) -> [Finding] {
        guard applies(to: side) else { return [] }
        let bytes = Array(text.utf8)
        let data = MatchData()
        var found: [Finding] = []
        for detector in detectors where detector.needs.map(bytes.contains) != false {
            found += findings(of: detector, in: bytes, data)
        }
        var length = LengthCount(rules)
        length.grow(by: bytes)
        let whole = (length.excess.map { [$0] } ?? []) + (length.shortfall.map { [$0] } ?? [])
        return Array((inOrder(found) + whole + missing(bytes, data)).prefix(PolicyLimits.findings))
    }

    private func findings(of detector: Detector, in bytes: [UInt8], _ data: borrowing MatchData) -> [Finding] {
        var (scan, found) = (Scan(), [Finding]())
        while found.count < PolicyLimits.findings {
            switch scan.next(detector, in: bytes, isFinal: true, data) {
            case .hit(let hit): if let finding = finding(hit, in: bytes) { found.append(finding) }
            case .tooComplex: found.append(.tooComplex)
            case .pending: return found
            }
        }
        return found
    }

    /// Nil for what does not count.
    func finding(_ hit: Detector.Hit, in bytes: [UInt8], base: Int = 0) -> Finding? {
        guard hit.confidence >= (kind == .custom ? 0 : threshold ?? 0.5) else { return nil }
        let text = String(decoding: bytes[hit.range], as: UTF8.self)
        guard !allowance.allows(text, kind: hit.kind) else { return nil }
        return Finding(
            kind: hit.kind, range: hit.range.lowerBound + base..<hit.range.upperBound + base,
            confidence: hit.confidence, masked: Mask.masked(text))
    }

    /// Two detectors may see the same thing, such as a key that a password's name stands before: the first counts.
    private func inOrder(_ found: [Finding]) -> [Finding] {
        let sorted = found.enumerated().sorted { one, other in
            (one.element.range?.lowerBound ?? 0, one.offset) < (other.element.range?.lowerBound ?? 0, other.offset)
        }
        return sorted.reduce(into: []) { kept, next in
            if !kept.suffix(4).contains(where: { $0.overlaps(next.element) }) { kept.append(next.element) }
        }
    }

    /// The required texts that are not there.
    private func missing(_ bytes: [UInt8], _ data: borrowing MatchData) -> [Finding] {
        var findings: [Finding] = []
        for (text, detector) in zip(rules.required ?? [], required) {
            var scan = Scan()
            if case .hit = scan.next(detector, in: bytes, isFinal: true, data) { continue }
            findings.append(.missing(text))
        }
        return findings
    }

    /// What a call cost, once it is known.
    package func findings(costUSD cost: Double) -> [Finding] { kind == .cost ? above(cost) : [] }

    /// How long a call took.
    package func findings(milliseconds: Double) -> [Finding] { kind == .latency ? above(milliseconds) : [] }

    private func above(_ measured: Double) -> [Finding] {
        guard let threshold, measured > threshold else { return [] }
        return [Finding(kind: kind.rawValue, measured: measured, threshold: threshold)]
    }
}

extension Finding {
    /// Whether it is the same kind of thing at the same place.
    func overlaps(_ other: Finding) -> Bool {
        guard let range, let others = other.range else { return false }
        return kind == other.kind && range.overlaps(others)
    }
}
