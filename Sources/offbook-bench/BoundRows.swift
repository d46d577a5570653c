import Changesets
import FoundationEssentials
import GRDB

/// The values of rows as GRDB takes them.
extension PromptRow {
    static func boundInserts(_ batches: [[PromptRow]]) -> [[StatementArguments]] {
        batches.map { $0.map { bound($0.insertValues) } }
    }

    static func boundRenames(_ batches: [[PromptRow]]) -> [[StatementArguments]] {
        batches.map { $0.map { bound($0.renameValues) } }
    }

    private static func bound(_ values: [Value]) -> StatementArguments { StatementArguments(values.map(databaseValue)) }

    private static func databaseValue(_ value: Value) -> DatabaseValue {
        switch value {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .real(let real): real.databaseValue
        case .text(let bytes): bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }.databaseValue
        case .blob(let bytes): bytes.withUnsafeBytes { Data($0) }.databaseValue
        }
    }
}
