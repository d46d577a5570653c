import PromptFiles
import PromptTemplates

/// Files of values and of variables' descriptions, as options name them.
enum VariablesFile {
    private static let bytesMax = 8 << 20

    static func values(_ path: String) throws -> [String: TemplateValue] {
        try reading(path) { bytes throws(PromptFileError) in try ValuesFile.values(bytes) }
    }

    static func declared(_ path: String) throws -> [TemplateVariable] {
        try reading(path) { bytes throws(PromptFileError) in try ValuesFile.variables(bytes) }
    }

    private static func reading<T>(_ path: String, _ read: ([UInt8]) throws(PromptFileError) -> T) throws -> T {
        let bytes = try InputFile.bytes(path, atMost: bytesMax)
        do {
            return try read(bytes)
        } catch {
            throw CommandError(.failure, "\(path): \(error)")
        }
    }
}
