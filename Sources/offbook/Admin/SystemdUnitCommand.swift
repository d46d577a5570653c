import ArgumentParser

extension Admin {
    struct SystemdUnit: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "systemd-unit", abstract: "Print a systemd unit that runs the server, and may do little else.",
            discussion: """
                  offbook admin systemd-unit > offbook.service
                  offbook admin systemd-unit --config /etc/offbook.yaml --user prompts > offbook.service
                """)

        @Option(help: ArgumentHelp("The user that the server runs as.", valueName: "name")) var user = "offbook"
        @Option(help: ArgumentHelp("A file of settings for serve.", valueName: "file"), completion: .file())
        var config: String?
        @Option(help: ArgumentHelp("Where its data is, below /var/lib.", valueName: "name")) var state = "offbook"

        func validate() throws {
            for name in [user, state] where name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.-]*/) == nil {
                throw ValidationError("“\(name)” is no name for systemd.")
            }
            if let config, config.contains(where: { $0.isWhitespace || "\"'\\%$".contains($0) }) {
                throw ValidationError("--config takes a path without spaces, quotes, % and $.")
            }
        }

        func run() throws {
            let config = config.map { " --config \($0)" } ?? ""
            Console.print(
                """
                # Put this into /etc/systemd/system/offbook.service. The user has to be there:
                #   useradd --system --home-dir /var/lib/\(state) --shell /usr/sbin/nologin \(user)
                # Commands on its data run as the same user:
                #   sudo -u \(user) \(Machine.binary) admin backup create --data /var/lib/\(state)
                [Unit]
                Description=Offbook team server
                After=network-online.target
                Wants=network-online.target

                [Service]
                Type=exec
                User=\(user)
                ExecStart=\(Machine.binary) serve --data /var/lib/\(state)\(config)
                Restart=on-failure
                RestartSec=2
                TimeoutStopSec=60
                StateDirectory=\(state)
                StateDirectoryMode=0700
                UMask=0077
                LimitNOFILE=65536
                # A port below 1024 takes it; nothing else.
                AmbientCapabilities=CAP_NET_BIND_SERVICE
                CapabilityBoundingSet=CAP_NET_BIND_SERVICE
                # A setgid mail program, such as Postfix's sendmail, does not work below this; one that speaks SMTP
                # itself, such as msmtp, does.
                NoNewPrivileges=yes
                ProtectSystem=strict
                ProtectHome=yes
                PrivateTmp=yes
                PrivateDevices=yes
                ProtectClock=yes
                ProtectHostname=yes
                ProtectControlGroups=yes
                ProtectKernelLogs=yes
                ProtectKernelModules=yes
                ProtectKernelTunables=yes
                ProtectProc=invisible
                RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
                RestrictNamespaces=yes
                RestrictRealtime=yes
                RestrictSUIDSGID=yes
                LockPersonality=yes
                MemoryDenyWriteExecute=yes
                SystemCallArchitectures=native
                SystemCallFilter=@system-service
                SystemCallErrorNumber=EPERM

                [Install]
                WantedBy=multi-user.target
                """)
        }
    }
}
