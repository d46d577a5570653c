/// How much effort an answer is worth: a name for a model that an administrator chooses.
package enum EffortLevel: String, Sendable, Hashable, Codable, CaseIterable {
    case low, medium, high, ultra
}

package struct LevelTable: Sendable, Hashable {
    package var models: [EffortLevel: String]

    /// - Parameter models: what is missing has the model that it has by default.
    package init(_ models: [EffortLevel: String] = [:]) {
        self.models = Self.byDefault.merging(models) { $1 }
    }

    package static let byDefault: [EffortLevel: String] = [
        .low: "gpt-4o-mini", .medium: "gpt-4o", .high: "o3-mini", .ultra: "gpt-5",
    ]

    package func model(_ level: EffortLevel) -> String? { models[level] }

    /// Those that stand for a model, whoever of several providers is to answer.
    package func levels(of model: String) -> [EffortLevel] {
        EffortLevel.allCases.filter { level in models[level].map { model == $0 || model.hasSuffix("/\($0)") } ?? false }
    }
}
