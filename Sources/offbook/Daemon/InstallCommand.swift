import ArgumentParser
import FoundationEssentials
import ReplicaStore

extension DaemonCommand {
    struct Install: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "install", abstract: "Write a systemd unit that runs the daemon while you are signed in.",
            discussion: """
                  offbook daemon install
                  systemctl --user daemon-reload
                  systemctl --user enable --now offbook
                """)

        @Flag(help: "Print the unit, and write nothing.") var show = false
        @OptionGroup var data: DataOptions

        func run() throws {
            let unit = try self.unit()
            if show { return Console.print(unit) }
            let home = DataOptions.nonEmpty("HOME") ?? "."
            let folder = (DataOptions.nonEmpty("XDG_CONFIG_HOME") ?? "\(home)/.config") + "/systemd/user"
            let path = "\(folder)/offbook.service"
            do {
                try Machine.forOthers {
                    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                    try Data((unit + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
                }
            } catch {
                throw CommandError(.failure, "\(path) can't be written; check the permissions around it")
            }
            Console.print("Wrote \(path). To start it, now and whenever you sign in:")
            Console.print("  systemctl --user daemon-reload")
            Console.print("  systemctl --user enable --now offbook")
            Console.print("To have it run without you signed in:")
            Console.print("  loginctl enable-linger")
        }

        private func unit() throws -> String {
            let path = URL(filePath: data.directory.path).standardizedFileURL.path(percentEncoded: false)
            return """
                [Unit]
                Description=Offbook keeps prompt libraries in step

                [Service]
                Type=exec
                ExecStart=\(try Self.quoted(Machine.binary)) daemon run --data \(try Self.quoted(path))
                Restart=on-failure
                RestartSec=5
                # Stopping it takes less than two seconds.
                TimeoutStopSec=10
                UMask=0077
                NoNewPrivileges=yes
                LockPersonality=yes
                RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
                RestrictRealtime=yes
                SystemCallArchitectures=native

                [Install]
                WantedBy=default.target
                """
        }

        /// A word of a command line, as systemd.service(5) reads it.
        private static func quoted(_ text: String) throws -> String {
            guard !text.contains(where: \.isNewline) else {
                throw CommandError(.usage, "systemd takes no path with a line break in it")
            }
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                .replacing("%", with: "%%").replacing("$", with: "$$")
            return escaped == text && !text.contains(" ") ? text : "\"\(escaped)\""
        }
    }
}
