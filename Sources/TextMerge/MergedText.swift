/// What a three-way merge of texts gave: the text in order, part merged, part in conflict.
///
/// Two values are equal when their bytes are: Swift's own comparison of strings calls "é" and
/// "e\u{301}" the same, and a history must not.
package struct MergedText: Sendable, Equatable {
    /// A stretch of the result.
    package enum Segment: Sendable {
        /// Text both sides agree on, or which one of them left alone.
        case merged(String)
        /// Whole lines which the sides changed in ways that exclude each other. An empty text stands
        /// for lines which that side has not got.
        case conflict(base: String, ours: String, theirs: String)
    }

    /// The result in order. No two merged segments are neighbours in what `mergeTexts` gives.
    package var segments: [Segment]

    package init(segments: [Segment]) {
        self.segments = segments
    }

    /// Whether nothing is left for a person to decide.
    package var isClean: Bool { conflictCount == 0 }

    /// The merged text, or nil where there is a conflict.
    package var text: String? {
        var whole = ""
        for segment in segments {
            guard case .merged(let part) = segment else { return nil }
            whole += part
        }
        return whole
    }

    /// How many stretches of lines are in conflict.
    package var conflictCount: Int {
        segments.count { segment in
            if case .conflict = segment { true } else { false }
        }
    }
}

extension MergedText.Segment: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.merged(let one), .merged(let other)):
            sameBytes(one, other)
        case (.conflict(let base, let ours, let theirs), .conflict(let otherBase, let otherOurs, let otherTheirs)):
            sameBytes(base, otherBase) && sameBytes(ours, otherOurs) && sameBytes(theirs, otherTheirs)
        default:
            false
        }
    }
}

/// Whether two texts are the same UTF-8, where `==` would ask for canonical equivalence only.
func sameBytes(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
}
