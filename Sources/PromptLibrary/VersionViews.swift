internal import Changesets
internal import ReplicaStore

extension ReadTransaction {
    /// What points at the versions of a graph: worked out once for all of them.
    struct VersionMarks {
        var labels: [RowID: [String]]
        var tips: Set<RowID>
        var head: RowID?
    }

    func marks(_ graph: BranchGraph) throws -> VersionMarks {
        let labelled = try graph.versions.first.map { try labels(of: $0.prompt) } ?? [:]
        return VersionMarks(
            labels: Dictionary(grouping: labelled, by: \.value).mapValues { $0.map(\.key).sorted() },
            tips: Set(graph.branches.flatMap { graph.visibleTips(of: $0).map(\.id) }), head: graph.head()?.id)
    }

    func view(_ version: VersionRecord, _ graph: BranchGraph) throws -> VersionView {
        try view(version, graph, marks(graph))
    }

    func view(_ version: VersionRecord, _ graph: BranchGraph, _ marks: VersionMarks) throws -> VersionView {
        let measures = try measures(of: version.id)
        return VersionView(
            id: version.id.hex, name: graph.name(of: version), number: version.generation,
            parents: version.parents.map(\.hex), kind: version.kind,
            type: version.type.rawValue, message: version.message,
            author: try version.author.flatMap { try userName($0) }, node: graph.node(of: version),
            labels: marks.labels[version.id] ?? [], createdAt: version.createdAt, isHead: marks.head == version.id,
            isTip: marks.tips.contains(version.id), usageCount: measures.count,
            averageLatency: measures.averageLatency, averageCost: measures.averageCost.map(dollars))
    }
}
