package import Changesets
package import ReplicaStore

/// The name of the branch that every prompt has.
package let mainBranch = "main"

/// A prompt's versions as a graph, and what its tips mean.
package struct BranchGraph: Sendable {
    package struct Tip: Sendable {
        package var record: TipRecord
        /// Nil where it is the only one, or its clock has not arrived.
        package var stamp: Stamp?
    }

    /// Oldest first.
    package let versions: [VersionRecord]
    private let byID: [RowID: VersionRecord]
    /// Every tip row, the hidden ones included.
    let tips: [Tip]
    private let nodeNames: [RowID: String]
    /// Generations that have several versions, whose numbers do not tell them apart.
    private let crowded: Set<Int>
    /// The versions that bear a plain number all the same: those on the head's own line.
    private var plain: Set<RowID> = []

    package init(of prompt: RowID, _ reading: ReadTransaction) throws {
        versions = try reading.versions(of: prompt)
        byID = Dictionary(versions.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = try reading.tips(of: prompt)
        // With one tip there is nothing to order, and a clock need not be read.
        tips = try rows.map { row in
            Tip(record: row, stamp: rows.count == 1 ? nil : try reading.stamp(of: "version_id", in: .tips, row.id))
        }
        var names: [RowID: String] = [:]
        for node in Set(versions.compactMap(\.node)) { names[node] = try reading.nodeName(node) }
        nodeNames = names
        crowded = Set(Dictionary(grouping: versions, by: \.generation).filter { $1.count > 1 }.keys)
        if !crowded.isEmpty, let head = head() { plain = ownLine(of: head) }
    }

    package subscript(_ id: RowID) -> VersionRecord? { byID[id] }

    /// The version and everything it came from. Versions that have not arrived yet are left out.
    package func ancestry(of id: RowID) -> Set<RowID> {
        var seen: Set<RowID> = []
        var open = [id]
        while let next = open.popLast() {
            guard let version = byID[next], seen.insert(next).inserted else { continue }
            open += version.parents
        }
        return seen
    }

    package var branches: [String] { Set(tips.map(\.record.branch)).sorted() }

    /// A branch's tips, the head first: the one whose tip row was written last. Tips that are
    /// ancestors of another tip are left out, and so are those whose version has not arrived.
    package func visibleTips(of branch: String = mainBranch) -> [VersionRecord] {
        let candidates = tips.filter { $0.record.branch == branch && byID[$0.record.version] != nil }
        let versions = Set(candidates.map(\.record.version))
        let covered = versions.reduce(into: Set<RowID>()) { covered, tip in
            guard versions.count > 1 else { return }
            covered.formUnion(ancestry(of: tip).subtracting([tip]))
        }
        let visible = candidates.filter { !covered.contains($0.record.version) }.sorted(by: Self.isLater)
        return Self.unique(visible.compactMap { byID[$0.record.version] })
    }

    /// Design: the tip with the later (HLC, replica) is the head. Rows without a clock come last.
    private static func isLater(_ a: Tip, _ b: Tip) -> Bool {
        switch (a.stamp, b.stamp) {
        case (let a?, let b?) where a != b: b < a
        case (.some, nil): true
        case (nil, .some): false
        default: a.record.version < b.record.version
        }
    }

    /// Rows made in the shell may point at one version twice.
    private static func unique(_ versions: [VersionRecord]) -> [VersionRecord] {
        var seen: Set<RowID> = []
        return versions.filter { seen.insert($0.id).inserted }
    }

    package func head(of branch: String = mainBranch) -> VersionRecord? { visibleTips(of: branch).first }

    /// Tip rows that go when a branch moves on from `base`: those of the base and its ancestors,
    /// hidden ones included, or a closed divergence would come back.
    func tipRows(upTo base: RowID, on branch: String) -> [RowID] {
        let covered = ancestry(of: base).union([base])
        return tips.filter { $0.record.branch == branch && covered.contains($0.record.version) }.map(\.record.id)
    }

    /// The common ancestor to merge by: the one of the highest generation, the greater id where
    /// there are several, so that every node takes the same.
    package func mergeBase(_ a: RowID, _ b: RowID) -> VersionRecord? {
        ancestry(of: a).intersection(ancestry(of: b)).compactMap { byID[$0] }
            .max { ($0.generation, $0.id) < ($1.generation, $1.id) }
    }

    /// How people name a version: `v7`, or `v7~alice-laptop` where it is off the head's own line.
    package func name(of version: VersionRecord) -> String {
        let number = "v\(version.generation)"
        guard crowded.contains(version.generation), !plain.contains(version.id) else { return number }
        let node = version.node.flatMap { nodeNames[$0] } ?? shortID(version.id)
        let name = "\(number)~\(node)"
        let twins = versions.filter { $0.generation == version.generation && $0.node == version.node }
        return twins.count > 1 ? "\(number)~\(shortID(version.id))" : name
    }

    /// The head's ancestors by the longest way, of equally long ones by what was saved last: a merge
    /// has its parents in the order of their ids, which says nothing.
    private func ownLine(of head: VersionRecord) -> Set<RowID> {
        var line: Set<RowID> = []
        var next: VersionRecord? = head
        while let version = next, line.insert(version.id).inserted {
            next = version.parents.compactMap { byID[$0] }
                .max { ($0.generation, $0.createdAt, $0.id) < ($1.generation, $1.createdAt, $1.id) }
        }
        return line
    }

    package func node(of version: VersionRecord) -> String? { version.node.flatMap { nodeNames[$0] } }

    /// The version that `designator` names: `head`, `v7`, `7`, `v7~alice-laptop`, or digits of its id.
    package func version(_ designator: String) throws -> VersionRecord {
        if designator == "head", let head = head() { return head }
        let named = versions.filter { name(of: $0) == designator || name(of: $0) == "v\(designator)" }
        if let version = try only(named, designator) { return version }
        let digits = designator.lowercased()
        let byDigits = versions.filter {
            digits.count >= 4 && ($0.id.hex.hasPrefix(digits) || $0.id.hex.hasSuffix(digits))
        }
        if let version = try only(byDigits, designator) { return version }
        let known = versions.suffix(12).map { name(of: $0) }.joined(separator: ", ")
        throw LibraryError(.notFound, "there is no version \(designator); there is \(known)")
    }

    private func only(_ found: [VersionRecord], _ designator: String) throws -> VersionRecord? {
        guard found.count > 1 else { return found.first }
        let candidates = found.map { "\(name(of: $0)) (\(shortID($0.id)))" }.joined(separator: ", ")
        throw LibraryError(.ambiguous, "\(designator) could be any of \(candidates); name one by its id")
    }
}
