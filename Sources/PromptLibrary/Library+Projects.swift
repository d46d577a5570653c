internal import Changesets
internal import ReplicaStore

package struct ProjectView: Encodable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var description: String
    package var status: String
    /// Unix milliseconds.
    package var createdAt: Int64
    package var prompts: Int

    enum CodingKeys: CodingKey { case id, name, description, status, prompts }

    init(_ record: ProjectRecord) {
        id = record.id.hex
        name = record.name
        description = record.description
        status = record.status
        createdAt = record.createdAt
        prompts = record.prompts
    }
}

extension Library {
    package func projects(_ page: PageRequest = PageRequest()) throws -> Listing<ProjectView> {
        try replica.read { reading in try page.page(of: reading.projects().map { ProjectView($0) }) }
    }

    package func project(_ name: String) throws -> ProjectView {
        try replica.read { try ProjectView($0.resolveProject(name)) }
    }

    package func createProject(_ name: String, description: String = "") throws -> ProjectView {
        try replica.write { transaction in
            guard try transaction.reading.projects(named: name).isEmpty else {
                throw LibraryError(.conflict, "there is a project “\(name)” already")
            }
            let id = try transaction.addProject(name, description: description)
            return try ProjectView(transaction.reading.resolveProject(id.hex))
        }
    }

    package func renameProject(_ name: String, to newName: String) throws {
        try LibraryError.check(name: newName)
        try replica.write { transaction in
            let project = try transaction.reading.resolveProject(name)
            guard try transaction.reading.projects(named: newName).allSatisfy({ $0 == project.id }) else {
                throw LibraryError(.conflict, "there is a project “\(newName)” already")
            }
            try transaction.update(.projects, project.id, ["name": .text(newName)])
        }
    }

    package func describeProject(_ name: String, _ description: String) throws {
        try replica.write { transaction in
            let project = try transaction.reading.resolveProject(name)
            try transaction.update(.projects, project.id, ["description": .text(description)])
        }
    }

    /// Its prompts stay, in no project.
    ///
    /// - Returns: how many they are.
    @discardableResult
    package func deleteProject(_ name: String) throws -> Int {
        try replica.write { transaction in
            let project = try transaction.reading.resolveProject(name)
            let prompts = try transaction.reading.promptIDs(inProject: project.id)
            for prompt in prompts { try transaction.update(.prompts, prompt, ["project_id": .null]) }
            try transaction.delete(from: .projects, project.id)
            return prompts.count
        }
    }
}

extension ReadTransaction {
    func resolveProject(_ name: String) throws -> ProjectRecord {
        let all = try projects()
        if let id = wholeID(name), let project = all.first(where: { $0.id == id }) { return project }
        let named = all.filter { $0.name.utf8.elementsEqual(name.utf8) }
        let digits = named.isEmpty ? idDigits(name)?.lowercased() : nil
        let found =
            digits.map { digits in
                all.filter { $0.id.hex.hasPrefix(digits) || $0.id.hex.hasSuffix(digits) }
            } ?? named
        guard found.count < 2 else {
            let candidates = found.map { "\(shortID($0.id))  \($0.name)" }.joined(separator: "\n  ")
            throw LibraryError(.ambiguous, "several projects are named “\(name)”; name one by its id:\n  \(candidates)")
        }
        guard let project = found.first else {
            throw LibraryError.missing("project", name, among: all.map(\.name), otherwise: "see: offbook project list")
        }
        return project
    }
}

extension WriteTransaction {
    /// The project of that name, made where there is none.
    func projectID(named name: String) throws -> RowID {
        if let id = reading.wholeID(name), try reading.projectName(id) != nil { return id }
        // Where several have the name, it is an error that lists them.
        if try !reading.projects(named: name).isEmpty { return try reading.resolveProject(name).id }
        return try addProject(name)
    }

    func addProject(_ name: String, description: String = "") throws -> RowID {
        try LibraryError.check(name: name)
        let id = newID()
        try insert(
            into: .projects, id,
            [
                "name": .text(name), "description": .text(description), "created_at": .integer(now),
                "created_by": .blob(user),
            ])
        return id
    }
}
