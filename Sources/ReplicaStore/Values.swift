internal import Changesets
internal import FoundationEssentials
internal import GRDB

extension RowID {
    /// For GRDB's statements.
    var blob: Data { Data(bytes) }
}

extension [UInt8] {
    var blob: Data { Data(self) }
}

extension Row {
    /// The id in a column, nil where there is none.
    func id(_ column: String) -> RowID? {
        (self[column] as Data?).flatMap { RowID($0) }
    }

    /// The id in a column, counted from 0.
    func id(_ column: Int) throws -> RowID? {
        try withUnsafeData(atIndex: column) { $0.flatMap { RowID($0) } }
    }

    /// The id in a column whose checks in the schema promise one.
    func requiredID(_ column: String) throws -> RowID {
        guard let id = id(column) else {
            throw ReplicaError(.damaged, "a row has no valid id in its column \(column)")
        }
        return id
    }

    func requiredID(_ column: Int) throws -> RowID {
        guard let id = try id(column) else {
            throw ReplicaError(.damaged, "a row has no valid id in its column \(column)")
        }
        return id
    }
}
