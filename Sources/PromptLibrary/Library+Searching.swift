package import ReplicaStore

/// A prompt that a search found.
package struct SearchHit: Encodable, Sendable, Equatable {
    package var prompt: PromptView
    /// The place in the text that matches best, on one line.
    package var snippet: [SnippetPart]
}

extension Library {
    /// Prompts that hold every word of the query, best first: in the name, the description, the tags
    /// or the text. The last word may be the beginning of one; quotes hold words together.
    package func search(
        _ query: String, _ filter: PromptFilter = PromptFilter(), _ page: PageRequest = PageRequest(),
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> Listing<SearchHit> {
        try replica.updateSearchIndex(progress: progress)
        return try replica.read { reading in
            let offset = try page.offset
            let limit = page.limit ?? Self.hitsUnlessTold
            var found = try reading.searchPrompts(
                query, filter, limit: limit == .max ? limit : limit + 1, offset: offset)
            let hasMore = found.count > limit
            if hasMore { found.removeLast() }
            let hits = try found.map { prompt in
                let graph = try BranchGraph(of: prompt.id, reading)
                let body = try graph.head().flatMap { try reading.content(of: $0.id)?.body } ?? []
                return SearchHit(
                    prompt: try reading.view(prompt, graph),
                    snippet: Snippet.of(String(decoding: body, as: UTF8.self), matching: query))
            }
            return Listing(items: hits, next: hasMore ? String(offset + hits.count) : nil)
        }
    }

    /// A search that finds everything is asked for its best.
    private static var hitsUnlessTold: Int { 20 }
}
