internal import HTTPTypes
internal import PromptTemplates

/// A field of the query.
struct QueryField: Sendable {
    enum Kind: Sendable { case text, integer, boolean }

    var name: String
    var kind: Kind
    var help: String

    init(_ name: String, _ kind: Kind = .text, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }
}

/// What a route takes, for the documentation.
struct InputShape: Sendable {
    let schema: Schema
    let example: TemplateValue

    init<Q: Input>(_ type: Q.Type) {
        schema = SchemaDecoder.schema(of: type)
        example = (try? TemplateValue(json: API.encoded(Q.example))) ?? .null
    }
}

/// A body that a request may have.
protocol Input: Codable, Sendable {
    /// Other names of its fields, as old systems have them, and ours.
    static var spellings: [String: String] { get }
    static var example: Self { get }
}

extension Input {
    static var spellings: [String: String] { [:] }
}

/// How an old system says what a route says.
struct Dialect: Sendable {
    var system = ""
    /// Names of input fields, and ours.
    var takes: [String: String] = [:]
    /// Names of query fields, and ours.
    var asks: [String: String] = [:]
    /// Our fields, and the names under which the answer has them too.
    var gives: [String: [String]] = [:]
    var status: HTTPResponse.Status?
    /// What the query says where it does not.
    var defaults: [String: String] = [:]
}
