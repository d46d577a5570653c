import PromptTemplates

@testable import TeamServer

extension SchemaCheck {
    /// What is wrong with the shape of a route's answer.
    func faults(_ answer: Answered, of route: Route) -> [String] {
        guard route.contentType == "application/json" else { return [] }
        return faults(
            answer.json, answer.status >= 400 ? ["$ref": "#/components/schemas/Problem"] : route.output.json)
    }
}
