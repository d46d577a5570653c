internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import NIOCore
internal import PromptLibrary
internal import PromptTemplates
internal import ReplicaStore

/// A request that a route is to answer: who makes it, what it says, and the way to what it is about.
struct Call: Sendable {
    let api: API
    let route: Route
    let origin: Origin
    let headers: HTTPFields
    let path: String
    /// Those of the path, by their names.
    let parameters: [String: String]
    var query: [String: String]
    let body: [UInt8]
    /// Who makes it; nil on a route for anybody, whoever asks.
    var signedIn: Requester?
    /// By which the request came.
    var channel: (any Channel)?
    /// Once the gate has let it through, on a route within a workspace.
    var place: Place?

    static let nowhere = AccountError(.notFound, "that is in no workspace", field: "workspace")

    private var settled: Place {
        get throws {
            guard let place else { throw Self.nowhere }
            return place
        }
    }

    /// The id of the workspace that it is about; nil while that has none.
    var workspaceID: RowID? { get throws { try settled.id } }

    /// - Throws: `AccountError.notFound` for what is no id, as nothing has that.
    func id(_ name: String) throws -> RowID {
        guard let text = parameters[name], let id = RowID(hex: text), id.length == 16 else {
            throw AccountError(.notFound, "there is nothing of that id", field: name)
        }
        return id
    }

    /// The same as text: how use cases are told that the whole id is meant.
    func hexID(_ name: String) throws -> String { try id(name).hex }

    func text(_ name: String) -> String { parameters[name] ?? "" }

    /// The workspace's library through the requester's eyes.
    var library: Library { get throws { try api.source.library(of: self, in: settled) } }

    func decoded<Q: Input>(_ type: Q.Type) throws -> Q {
        let body = try respelled(Q.spellings.merging(route.dialect.takes) { $1 })
        return try API.decoder.decode(type, from: Data(body))
    }

    /// An empty body says nothing, and is an object that says nothing.
    private func respelled(_ spellings: [String: String]) throws -> [UInt8] {
        guard !body.isEmpty else { return Array("{}".utf8) }
        guard !spellings.isEmpty, case .object(var fields)? = try? TemplateValue(json: body) else { return body }
        for (theirs, ours) in spellings where fields[ours] == nil && fields[camelCase(ours)] == nil {
            guard let value = fields.removeValue(forKey: theirs) else { continue }
            fields[ours] = value
        }
        return Array(try TemplateValue.object(fields).json().utf8)
    }
}

func camelCase(_ name: String) -> String {
    let parts = name.split(separator: "_")
    return parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
}

extension Call {
    /// A number out of the query.
    ///
    /// - Throws: `APIError.invalid` outside the range.
    func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = query[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw APIError(
                .invalid, "\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)", field: name)
        }
        return number
    }

    func flag(_ name: String) throws -> Bool? {
        switch query[name]?.lowercased() {
        case nil: nil
        case "true", "1": true
        case "false", "0": false
        default: throw APIError(.invalid, "\(name) is true or false", field: name)
        }
    }
}
