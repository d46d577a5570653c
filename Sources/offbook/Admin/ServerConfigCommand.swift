import ArgumentParser

extension Admin {
    struct ServerConfig: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "config", abstract: "Show what serve would go by, and who says so.",
            discussion: """
                It takes what serve takes, and exits with 2 where something is wrong. The order is: an option, the
                environment (OFFBOOK_…, then what other systems call the same thing), the file, the standard.

                  offbook admin config
                  offbook admin config --config /etc/offbook.yaml --rate-limit 300
                """)

        @OptionGroup var server: ServerOptions
        @Flag(name: .long, help: "Print JSON.") var json = false

        private struct Line: Encodable {
            var key: String
            var value: String
            var source: String
        }

        private struct Report: Encodable { var items: [Line] }

        func run() throws {
            let settings = try server.settings()
            _ = try settings.configuration()
            _ = try settings.logger()
            let lines = ServerSetting.allCases.map { setting in
                let value = settings[setting]
                let isHidden = setting.isSecret && !value.text.isEmpty
                return Line(key: setting.rawValue, value: isHidden ? "(secret)" : value.text, source: value.source)
            }
            if json { return try JSONOutput.print(Report(items: lines)) }
            var table = Table("KEY", "VALUE", "SAID BY", giving: ["VALUE"])
            for line in lines { table.add(line.key, line.value, line.source) }
            table.print()
        }
    }
}
