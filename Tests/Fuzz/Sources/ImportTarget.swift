import PromptFiles

/// The first byte says what kind of file the others are.
struct ImportTarget: FuzzRunning {
    func run(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let bytes = Array(input.dropFirst())
        let lists = PromptFileFormat.allCases
        let documents = PromptDocumentFormat.allCases
        let number = Int(kind) % (lists.count + documents.count + 2)
        if number < lists.count { return check(list: bytes, lists[number]) }
        if number < lists.count + documents.count { return check(document: bytes, documents[number - lists.count]) }
        if number == lists.count + documents.count { _ = try? ValuesFile.values(bytes) }
        _ = try? ValuesFile.variables(bytes)
    }

    private func check(list bytes: [UInt8], _ format: PromptFileFormat) {
        _ = PromptFile.recognise(bytes)
        guard let file = try? PromptFile.read(bytes, as: format) else { return }
        let lines = 1...(1 + bytes.count { $0 == UInt8(ascii: "\n") })
        guard file.documents.allSatisfy({ lines.contains($0.line) }),
            file.rejected.allSatisfy({ lines.contains($0.line) && !$0.reason.isEmpty })
        else { find("a record of no line") }
    }

    /// What was read can be written and read again, and then says the same.
    private func check(document bytes: [UInt8], _ format: PromptDocumentFormat) {
        guard let document = try? PromptDocument.read(bytes, as: format) else { return }
        for format in PromptDocumentFormat.allCases where format.isWritable {
            guard let written = try? document.written(as: format) else { continue }
            do {
                let again = try PromptDocument.read(written, as: format)
                guard again.body.utf8.elementsEqual(document.body.utf8) else { find("another text as \(format)") }
            } catch PromptFileError.tooLarge {
                continue
            } catch {
                find("what was written as \(format) can't be read: \(error)")
            }
        }
    }
}
