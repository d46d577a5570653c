import Foundation
import Glibc

/// Stands before a server and passes on so many bytes of its answers, whatever their connection; then it cuts
/// all connections.
final class CuttingProxy {
    private let process: Process
    private let limitPath: String
    private let countPath: String
    private(set) var url = ""

    init(before server: Server, in scratch: Scratch) throws {
        limitPath = scratch.path + "/limit"
        countPath = scratch.path + "/count"
        guard let port = URL(string: server.url)?.port else { throw Complaint("\(server.url) has no port") }
        process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.program, "\(port)", limitPath, countPath]
        let output = Pipe()
        process.standardOutput = output
        try allow(nil)
        try process.run()
        let line = output.fileHandleForReading.availableData
        url = "http://127.0.0.1:" + String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    /// Begins to count anew.
    ///
    /// - Parameter bytes: nil for no limit.
    func allow(_ bytes: Int?) throws {
        try Data("0".utf8).write(to: URL(filePath: countPath))
        try Data("\(bytes ?? 1 << 40)".utf8).write(to: URL(filePath: limitPath))
    }

    /// How many bytes of answers have passed since then.
    var passed: Int { (try? String(contentsOfFile: countPath, encoding: .utf8)).flatMap { Int($0) } ?? -1 }

    private static let program = """
        import os, socket, sys, threading
        port, limit_path, count_path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        lock = threading.Lock()

        # How many of these bytes may pass.
        def take(count):
            with lock:
                passed, limit = int(open(count_path).read() or 0), int(open(limit_path).read())
                taken = max(0, min(count, limit - passed))
                with open(count_path + ".new", "w") as file: file.write(str(passed + taken))
                os.replace(count_path + ".new", count_path)
                return taken

        def up(client, server):
            try:
                while data := client.recv(65536): server.sendall(data)
            except OSError: pass

        def serve(client):
            server = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=up, args=(client, server), daemon=True).start()
            try:
                while data := server.recv(65536):
                    taken = take(len(data))
                    client.sendall(data[:taken])
                    if taken < len(data): break
            except OSError: pass
            for one in (client, server):
                try: one.shutdown(socket.SHUT_RDWR)
                except OSError: pass
                one.close()

        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()
        """
}
