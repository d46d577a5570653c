/// Makes detectors of rules.
enum Compiling {
    static func detectors(_ kind: PolicyKind, _ rules: PolicyRules) throws(PolicyFault) -> [Detector] {
        switch kind {
        case .pii:
            let kinds = rules.kinds ?? Set(PolicyRules.PersonalDataKind.allCases)
            return PolicyRules.PersonalDataKind.allCases.filter(kinds.contains).flatMap(PersonalData.detectors)
        case .toxicity:
            let builtIn = rules.builtIn == false ? [] : BuiltInToxicity.detectors
            return builtIn + (try WordPatterns.detectors(rules.words ?? [])) + (try patterns(rules.patterns ?? []))
        case .custom:
            return try patterns(rules.patterns ?? []) + literals(rules.forbidden ?? [], kind: "forbidden")
        case .cost, .latency: return []
        }
    }

    private static func patterns(_ texts: [String]) throws(PolicyFault) -> [Detector] {
        var detectors: [Detector] = []
        for (index, text) in texts.enumerated() {
            let pattern = try Pattern(text, .unicode, field: "rules.patterns[\(index)]")
            // A group that an admin captures is only a group: all of the match counts.
            detectors.append(
                Detector(pattern, reach: PolicyLimits.patternMatchBytes) {
                    Detector.Hit(kind: "pattern", range: $0.match, confidence: 1)
                })
        }
        return detectors
    }

    /// Texts as they are, in any case.
    static func literals(_ texts: [String], kind: String) throws(PolicyFault) -> [Detector] {
        var detectors: [Detector] = []
        for (index, text) in texts.enumerated() {
            let pattern = try Pattern(text, [.literal, .caseless], field: "rules.\(kind)[\(index)]")
            detectors.append(Detector(pattern, kind: kind))
        }
        return detectors
    }
}
