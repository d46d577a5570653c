import Foundation

/// Programs whose results ours are compared with.
enum Program: String {
    case diff, patch, git

    private var path: String { "/usr/bin/\(rawValue)" }

    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// What the program writes, whatever its exit status.
    func run(_ arguments: [String], in folder: URL) throws -> [UInt8] {
        try runForStatus(arguments, in: folder).output
    }

    func runForStatus(_ arguments: [String], in folder: URL) throws -> (output: [UInt8], status: Int32) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (Array(data), process.terminationStatus)
    }
}

/// A folder for the time of one test case.
enum Folder {
    static func with<Result>(_ files: [String: String], _ body: (URL) throws -> Result) throws -> Result {
        let manager = FileManager.default
        let folder = manager.temporaryDirectory.appending(path: "textmerge-\(UUID().uuidString)")
        try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? manager.removeItem(at: folder) }
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return try body(folder)
    }
}
