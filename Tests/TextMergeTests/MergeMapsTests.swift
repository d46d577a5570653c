import Testing
import TextMerge

@Suite struct MergeMapsTests {
    private typealias Conflict = MergedMap<Int>.Conflict

    @Test func changesOfOneSideAreTaken() {
        let merge = mergeMaps(
            base: ["a": 1, "b": 2, "c": 3], ours: ["a": 9, "b": 2, "c": 3, "d": 4], theirs: ["a": 1, "c": 3, "e": 5])
        #expect(merge == MergedMap(values: ["a": 9, "c": 3, "d": 4, "e": 5], conflicts: [:]))
        #expect(merge.isClean)
    }

    @Test func theSameChangeTwiceIsOne() {
        let merge = mergeMaps(base: ["a": 1, "b": 2], ours: ["a": 9, "c": 3], theirs: ["a": 9, "c": 3])
        #expect(merge == MergedMap(values: ["a": 9, "c": 3], conflicts: [:]))
    }

    @Test func differentChangesConflict() {
        let merge = mergeMaps(
            base: ["edit": 1, "delete": 2, "kept": 3], ours: ["edit": 8, "add": 4, "kept": 3],
            theirs: ["edit": 9, "delete": 7, "add": 5, "kept": 3])
        let conflicts = [
            "edit": Conflict(base: 1, ours: 8, theirs: 9),
            "delete": Conflict(base: 2, ours: nil, theirs: 7),
            "add": Conflict(base: nil, ours: 4, theirs: 5),
        ]
        #expect(merge == MergedMap(values: ["kept": 3], conflicts: conflicts))
        #expect(!merge.isClean)
    }

    @Test func emptyMaps() {
        #expect(mergeMaps(base: [String: Int](), ours: [:], theirs: [:]).isClean)
        #expect(mergeMaps(base: ["a": 1], ours: [:], theirs: [:]).values.isEmpty)
    }

    @Test func textsAreComparedByBytes() {
        let merge = mergeMaps(base: ["a": "é"], ours: ["a": "e\u{301}"], theirs: ["a": "é"])
        #expect(merge.values["a"].map { Array($0.utf8) } == Array("e\u{301}".utf8))
        #expect(!mergeMaps(base: [:], ours: ["a": "é"], theirs: ["a": "e\u{301}"]).isClean)
    }

    @Test func keysEqualToSwiftAreSpeltAlikeOnBothNodes() {
        let (one, other) = (["é": 1], ["e\u{301}": 1])
        let spelt = mergeMaps(base: [:], ours: one, theirs: other).values.keys.map { Array($0.utf8) }
        #expect(spelt == mergeMaps(base: [:], ours: other, theirs: one).values.keys.map { Array($0.utf8) })
    }

    @Test func swappingTheSidesChangesNothing() {
        let values: [Int?] = [nil, 1, 2, 3]
        for base in values {
            for ours in values {
                for theirs in values {
                    expectSymmetry(base, ours, theirs)
                }
            }
        }
    }

    private func expectSymmetry(_ base: Int?, _ ours: Int?, _ theirs: Int?) {
        let maps = [base, ours, theirs].map { value in value.map { ["key": $0] } ?? [:] }
        let merge = mergeMaps(base: maps[0], ours: maps[1], theirs: maps[2])
        let swapped = mergeMaps(base: maps[0], ours: maps[2], theirs: maps[1])
        #expect(merge.values == swapped.values)
        let back = swapped.conflicts.mapValues { Conflict(base: $0.base, ours: $0.theirs, theirs: $0.ours) }
        #expect(merge.conflicts == back)
    }
}
