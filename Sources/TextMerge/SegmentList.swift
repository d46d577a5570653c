/// Gathers the segments of a merge, neighbouring merged stretches as one.
struct SegmentList {
    private var segments: [MergedText.Segment] = []
    private var merged: [UInt8] = []

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        merged += bytes
    }

    mutating func appendConflict(_ sides: Three<ArraySlice<UInt8>>) {
        flush()
        let texts = sides.map { String(decoding: $0, as: UTF8.self) }
        segments.append(.conflict(base: texts.base, ours: texts.ours, theirs: texts.theirs))
    }

    private mutating func flush() {
        if !merged.isEmpty { segments.append(.merged(String(decoding: merged, as: UTF8.self))) }
        merged = []
    }

    var mergedText: MergedText {
        var finished = self
        finished.flush()
        return MergedText(segments: finished.segments)
    }
}

extension MergedText {
    /// A merge which gave a text as a whole.
    init(merged text: String) {
        self.init(segments: text.isEmpty ? [] : [.merged(text)])
    }
}
