internal import Changesets
internal import FoundationEssentials
internal import PromptLibrary
internal import ReplicaStore

/// Which prompts a list is to show, and how, out of a request's query.
struct PromptQuery {
    let call: Call

    static let fields =
        [
            QueryField(
                "q", .text, "Words that must all be in the name, the description, the tags or the text; best first."),
            QueryField("name", .text, "A part of the name; `title` is the same."),
            QueryField("tag", .text, "A tag, or several with commas, all of which it must have; `tags` is the same."),
            QueryField("category", .text, "Its category."),
            QueryField("project_id", .text, "Its project."),
            QueryField("status", .text, "draft, active or archived."),
            QueryField("is_template", .boolean, "Whether it is a template."),
            QueryField("is_archived", .boolean, "Only archived ones, or none; none unless told."),
            QueryField("favourite", .boolean, "Only one's own favourites."),
            QueryField("created_by", .text, "Who made it: `me`, or a user's id."),
            QueryField("created_after", .text, "Made then or later, such as 2026-01-31; `date_from` is the same."),
            QueryField("created_before", .text, "Made before; a day counts as a whole. `date_to` is the same."),
            QueryField("version", .integer, "That have a version of this number."),
            QueryField(
                "sort", .text, "name, id, created_at, updated_at, category or project; `-name` for the other way."),
            QueryField("sort_order", .text, "asc or desc."),
        ] + Paging.fields

    func filter(_ library: Library) throws -> PromptFilter {
        var filter = PromptFilter()
        filter.nameContains = call.query["name"] ?? call.query["title"]
        filter.tags = Self.parts(call.query["tag"]) + Self.parts(call.query["tags"])
        filter.category = call.query["category"]
        filter.project = try (call.query["project_id"] ?? call.query["project"]).map { try project($0, library) }
        filter.isTemplate = try call.flag("is_template")
        filter.archived = try archived
        if let status = call.query["status"], status != "archived" { filter.status = status }
        filter.favouriteOf = try call.flag("favourite") == true ? library.replica.read { try $0.currentUser() } : nil
        filter.createdBy = try call.query["created_by"].map { try user($0, library) }
        filter.createdFrom = try moment("created_after", "date_from").map { $0.start }
        filter.createdBefore = try moment("created_before", "date_to").map { $0.end }
        filter.generation = try call.number("version", in: 1...Int(Int32.max))
        return filter
    }

    private static func parts(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    private var archived: PromptFilter.Archived {
        get throws {
            if call.query["status"] == "archived" { return .only }
            return try call.flag("is_archived") == true ? .only : .hidden
        }
    }

    private func project(_ name: String, _ library: Library) throws -> RowID {
        guard let id = RowID(hex: try library.project(name).id) else {
            throw APIError(.notFound, "there is no such project", field: "project_id")
        }
        return id
    }

    private func user(_ name: String, _ library: Library) throws -> RowID {
        if name == "me" { return try library.replica.read { try $0.currentUser() } }
        guard let id = RowID(hex: name), id.length == 16 else {
            throw APIError(.invalid, "created_by is “me”, or a user's id", field: "created_by")
        }
        return id
    }

    /// A day, or a moment: its first millisecond, and the one after its last.
    private func moment(_ names: String...) throws -> (start: Int64, end: Int64)? {
        guard let (name, given) = names.lazy.compactMap({ name in call.query[name].map { (name, $0) } }).first else {
            return nil
        }
        // A zone's plus that nobody encoded.
        let text = given.replacing(" ", with: "+")
        let isDay = text.count == 10
        let styles = [false, true].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
        let whole = isDay ? "\(text)T00:00:00Z" : text.hasSuffix("Z") || text.contains("+") ? text : text + "Z"
        guard let date = styles.lazy.compactMap({ try? $0.parse(whole) }).first,
            let start = Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded())
        else {
            throw APIError(
                .invalid, "“\(text.prefix(40))” is no time: give a day, or a moment in ISO 8601", field: name)
        }
        return (start, start + (isDay ? 86_400_000 : 1))
    }

    private static let keys: [String: PromptOrder.Key] = [
        "name": .name, "title": .name, "id": .id, "created_at": .created, "created": .created, "updated_at": .updated,
        "updated": .updated, "category": .category, "project": .project,
    ]

    var order: PromptOrder {
        get throws {
            guard let text = call.query["sort"] ?? call.query["sort_by"] else {
                return PromptOrder(.name, isDescending: try isDescending ?? false)
            }
            let name = text.hasPrefix("-") ? String(text.dropFirst()) : text
            guard let key = Self.keys[name] else {
                let known = Self.keys.keys.sorted().joined(separator: ", ")
                throw APIError(.invalid, "a list is sorted by one of: \(known)", field: "sort")
            }
            return PromptOrder(key, isDescending: try isDescending ?? text.hasPrefix("-"))
        }
    }

    private var isDescending: Bool? {
        get throws {
            switch (call.query["sort_order"] ?? call.query["order"])?.lowercased() {
            case nil: nil
            case "asc": false
            case "desc": true
            default: throw APIError(.invalid, "sort_order is asc or desc", field: "sort_order")
            }
        }
    }

    func answer() throws -> Reply<ListView<PromptResource>> {
        let (library, stretch, workspace) = (try call.library, try Paging.stretch(call), try call.workspaceID)
        let filter = try filter(library)
        let words = call.query["q"] ?? call.query["query"] ?? call.query["search"] ?? ""
        let found =
            try words.utf8.allSatisfy { $0 <= 0x20 }
            ? library.states(filter, by: order, stretch) : library.searchStates(words, filter, stretch)
        return call.page(try found.map { try PromptResource($0, in: workspace) }, stretch)
    }
}
