/// Prompts out of a CSV file.
struct CSVPrompts {
    private let reader: CSVReader
    private let columns: Columns

    static func read(_ bytes: [UInt8]) throws(PromptFileError) -> PromptFile {
        var reader = CSVReader(bytes)
        let columns = try header(&reader)
        let prompts = CSVPrompts(reader: reader, columns: columns)
        var file = PromptFile(format: .csv)
        while let record = try reader.next() { prompts.add(record, to: &file) }
        return file
    }

    /// Whether the first record names a prompt and its text.
    static func hasHeader(_ bytes: [UInt8]) -> Bool {
        var reader = CSVReader(bytes)
        return (try? header(&reader)) != nil
    }

    /// What to say of a file that is neither JSON nor CSV with the columns needed.
    static func whyNotRecognised(_ bytes: [UInt8]) -> PromptFileError {
        var reader = CSVReader(bytes)
        do throws(PromptFileError) {
            _ = try header(&reader)
        } catch .missingColumns(let found, let line) where found.count > 1 {
            return .missingColumns(found: found, line: line)
        } catch {}
        return .unknownFormat
    }

    private static func header(_ reader: inout CSVReader) throws(PromptFileError) -> Columns {
        guard let record = try reader.next() else { throw .empty }
        var names: [String] = []
        for field in record.fields {
            do throws(ReadFault) {
                names.append(try text(of: field, in: reader, named: "column \(names.count + 1)").trimmedASCII)
            } catch {
                throw .unreadableHeader(line: record.line, reason: "in the header, \(error.reason)")
            }
        }
        let columns = Columns(names: names)
        guard columns.nameAPrompt else { throw .missingColumns(found: names, line: record.line) }
        return columns
    }

    private func add(_ record: CSVRecord, to file: inout PromptFile) {
        do throws(ReadFault) {
            file.documents.append(PlacedDocument(try document(of: record), line: record.line))
        } catch {
            file.rejected.append(RejectedRow(line: record.line, reason: error.reason))
        }
    }

    private func document(of record: CSVRecord) throws(ReadFault) -> PromptDocument {
        let (found, wanted) = (record.fields.count, columns.names.count)
        guard found == wanted else {
            throw .row(
                "\(Wording.count(found, "field")) where the header has \(wanted); "
                    + "put quotes around a field that holds a comma or a line break")
        }
        var values: [FieldValue] = []
        values.reserveCapacity(wanted)
        for (field, name) in zip(record.fields, columns.names) {
            values.append(.text(try Self.text(of: field, in: reader, named: name)))
        }
        return try RecordBuilder(columns: columns, values: values).document()
    }

    private static func text(
        of field: CSVField, in reader: CSVReader, named name: @autoclosure () -> String
    ) throws(ReadFault) -> String {
        guard !field.hasTextAfterQuote else {
            throw .row("\(Wording.quoted(name())) goes on after its closing quote; double every quote inside a field")
        }
        let content = reader.content(of: field)
        guard !content.contains(ASCII.nul) else {
            throw .row("\(Wording.quoted(name())) holds a NUL byte; take it out")
        }
        guard let text = String(validating: content, as: UTF8.self) else {
            throw .row("\(Wording.quoted(name())) is not valid UTF-8; save the file as UTF-8")
        }
        return text
    }
}
