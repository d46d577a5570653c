import Changesets

/// A prompt as a peer that speaks JSON would send it: every column that is not null.
struct JSONPrompt: Encodable {
    let id: String
    let name: String
    let description: String
    let category: String
    let status = "active"
    let visibility = "workspace"
    let isTemplate = false
    let templateFormat = "none"
    let createdAt: Int64
    let createdBy: String

    init(_ row: PromptRow, name: String) {
        id = uuidText(row.id)
        self.name = name
        description = row.description
        category = row.category
        createdAt = row.createdAt
        createdBy = uuidText(row.createdBy)
    }
}

/// What a peer would send that knows which column changed.
struct JSONRename: Encodable {
    let id: String
    let name: String

    init(_ row: PromptRow) {
        id = uuidText(row.id)
        name = row.newName
    }
}

/// As RFC 9562 writes it, with dashes.
private func uuidText(_ id: RowID) -> String {
    var text = ""
    for (place, digit) in id.hex.enumerated() {
        if [8, 12, 16, 20].contains(place) { text.append("-") }
        text.append(digit)
    }
    return text
}
