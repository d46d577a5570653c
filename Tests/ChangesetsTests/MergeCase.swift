import Changesets
import Foundation

/// A case of `sync-protocol/vectors/merge`, in the form of changeset.md, section 9.
struct MergeCase {
    let name: String
    let shape: TableShape
    let row: RowID
    let before: RowState?
    let incoming: [RowState]
    let after: RowState
    let isAliveAfter: Bool
    let journal: [Entry]

    struct Entry: Hashable {
        var lost: LostValue
        var id: RowID
    }

    /// All states of the case, in the order in which it joins them.
    var states: [RowState] { [before].compactMap { $0 } + incoming }
}

struct BadCase: Error { var what: String }

extension MergeCase {
    init(contentsOf file: URL) throws {
        let source = try JSONDecoder().decode(Source.self, from: Data(contentsOf: file))
        name = file.deletingPathExtension().lastPathComponent
        row = try source.row.rowID
        shape = try source.shape
        let reader = CaseReader(replicas: source.replicas, row: row)
        before = try source.before.map(reader.state)
        incoming = try source.incoming.map(reader.state)
        after = try reader.state(source.after)
        isAliveAfter = source.after.alive
        journal = try source.journal.map { entry in
            let stamp = try reader.stamp(entry.stamp)
            return Entry(
                lost: LostValue(column: entry.column, stamp: stamp, value: entry.value.value), id: try entry.id.rowID)
        }
    }

    fileprivate struct Source: Decodable {
        var replicas: [String: String]
        var table: String
        var row: String
        // swift-format-ignore: AlwaysUseLowerCamelCase
        var append_only: Bool
        var columns: [[String]]
        var before: State?
        var incoming: [State]
        var after: State
        var journal: [Loss]

        struct State: Decodable {
            var alive: Bool
            var edits: String
            var deletes: String
            var deletion: String?
            var columns: [Cell]
        }

        struct Cell: Decodable {
            var value: Value
            var stamp: String?

            init(from decoder: any Decoder) throws {
                var pair = try decoder.unkeyedContainer()
                value = try pair.decode(CaseValue.self).value
                stamp = try pair.decode(String?.self)
            }
        }

        struct Loss: Decodable {
            var column: String
            var stamp: String
            var value: CaseValue
            var id: String
        }

        var shape: TableShape {
            get throws {
                TableShape(
                    name: table,
                    columns: try columns.map { column in
                        guard column.count == 3 else { throw BadCase(what: "a column of \(column)") }
                        return .init(
                            column[0], rule: column[1] == "latest" ? .latest : .earliest,
                            isJournalled: column[2] == "journalled")
                    }, isAppendOnly: append_only)
            }
        }
    }
}

/// A value as a case writes it: null, an integer, a text, or one of `text`, `blob` and `real` in hexadecimal.
struct CaseValue: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let integer = try? container.decode(Int64.self) {
            value = .integer(integer)
        } else if let text = try? container.decode(String.self) {
            value = .text(text)
        } else {
            value = try Self.value(container.decode([String: String].self))
        }
    }

    private static func value(_ hexadecimal: [String: String]) throws -> Value {
        guard let (kind, digits) = hexadecimal.first, let bytes = bytes(hexadecimal: digits) else {
            throw BadCase(what: "a value of \(hexadecimal)")
        }
        switch kind {
        case "text": return .text(bytes[...])
        case "blob": return .blob(bytes[...])
        case "real": return .real(Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }))
        default: throw BadCase(what: "a value of the kind \(kind)")
        }
    }
}

/// Nil unless the text is pairs of hexadecimal digits.
func bytes(hexadecimal text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return bytes.count * 2 == digits.count ? bytes : nil
}

extension String {
    fileprivate var rowID: RowID {
        get throws {
            guard let id = RowID(hex: self) else { throw BadCase(what: "the id \(self)") }
            return id
        }
    }
}

private struct CaseReader {
    let replicas: [String: String]
    let row: RowID

    func state(_ source: MergeCase.Source.State) throws -> RowState {
        var clock = RowClock()
        clock.edits = try vector(source.edits)
        clock.deletes = try vector(source.deletes)
        clock.deletion = try source.deletion.map(stamp)
        let stamps = try source.columns.map { try $0.stamp.map(stamp) }
        if clock != .appendOnly { clock.columns = ColumnStamps(stamps) }
        guard clock.isAlive == source.alive else { throw BadCase(what: "a state that is not as alive as it says") }
        return RowState(id: row, clock: clock, values: source.columns.map(\.value))
    }

    private func vector(_ text: String) throws -> VersionVector {
        VersionVector(try text.split(separator: " ").map(dot))
    }

    /// As `A:7`.
    private func dot(_ text: Substring) throws -> Dot {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let replica = try replicas[String(parts[0])]?.rowID, let seq = UInt64(parts[1]),
            let id = ReplicaID(replica.bytes)
        else { throw BadCase(what: "the dot \(text)") }
        return Dot(replica: id, seq: seq)
    }

    /// As `1000@A:7`.
    func stamp(_ text: String) throws -> Stamp {
        let parts = text.split(separator: "@")
        guard parts.count == 2, let time = Int64(parts[0]) else { throw BadCase(what: "the stamp \(text)") }
        return Stamp(time: HybridTime(rawValue: time), dot: try dot(parts[1]))
    }
}
