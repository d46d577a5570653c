import Completions
import PromptTemplates

@testable import TeamServer

extension SchemaCheck {
    /// What is wrong with the shape of a route's answer.
    func faults(_ answer: Answered, of route: Route) -> [String] {
        guard route.contentType == "application/json" else { return [] }
        guard answer.status >= 400 else { return faults(answer.json, route.output.json) }
        return faults(answer.json, ["$ref": .text("#/components/schemas/\(Self.failure(route))")])
    }

    private static func failure(_ route: Route) -> String {
        switch route.gatewayFormat {
        case nil: "Problem"
        case .openai: "OpenAIFailure"
        case .anthropic: "AnthropicFailure"
        }
    }
}
