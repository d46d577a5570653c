import Configuration
import FoundationEssentials
import Glibc
import ReplicaStore
import Synchronization
import SystemPackage

/// A setting's value, and who says so.
struct SettingValue {
    var text: String
    var source: String
}

/// What a server is to be like. Of several that say something of a setting, the first of these counts: an option,
/// the environment, the environment by another system's name, the file, the standard.
struct ServerSettings {
    private let values: [ServerSetting: SettingValue]

    /// - Parameters:
    ///   - options: what was said on the command line.
    ///   - file: the path of the file; that in `OFFBOOK_CONFIG` where nil, none where that is not set either.
    init(options: [ServerSetting: String], file path: String?, environment: [String: String]? = nil) throws {
        let environment = (environment ?? Self.processEnvironment).filter { !$0.value.isEmpty }
        let file = try (path ?? environment["OFFBOOK_CONFIG"]).map { try SettingsFile($0) }
        let witness = Witness()
        let reader = ConfigReader(
            providers: [
                InMemoryProvider(values: Self.keyed(options)),
                EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "offbook"),
                InMemoryProvider(values: Self.keyed(Self.former(environment))),
                InMemoryProvider(values: Self.keyed(file?.values ?? [:])),
            ], accessReporter: witness)
        values = Dictionary(
            uniqueKeysWithValues: ServerSetting.allCases.map { setting in
                let text = reader.string(forKey: ConfigKey([setting.rawValue]), isSecret: setting.isSecret)
                let source = Self.source(witness.place, of: setting, environment, file?.path)
                return (setting, SettingValue(text: text ?? setting.standard, source: source))
            })
    }

    subscript(_ setting: ServerSetting) -> SettingValue {
        values[setting] ?? SettingValue(text: setting.standard, source: "standard")
    }

    private static func keyed(_ values: [ServerSetting: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            uniqueKeysWithValues: values.map {
                (AbsoluteConfigKey([$0.key.rawValue]), ConfigValue(.string($0.value), isSecret: $0.key.isSecret))
            })
    }

    private static func former(_ environment: [String: String]) -> [ServerSetting: String] {
        var values: [ServerSetting: String] = [:]
        for setting in ServerSetting.allCases {
            values[setting] = setting.formerVariables.lazy.compactMap { environment[$0] }.first
        }
        return values
    }

    private static func source(
        _ place: Int?, of setting: ServerSetting, _ environment: [String: String], _ file: String?
    ) -> String {
        switch place {
        case 0: "--\(setting.rawValue)"
        case 1: setting.variable
        case 2: setting.formerVariables.first { environment[$0] != nil } ?? ""
        case 3: file ?? ""
        default: "standard"
        }
    }

    private static var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }
}

/// Notes which of the places that were asked knew the last value.
private final class Witness: AccessReporter {
    private let last = Mutex<Int?>(nil)

    var place: Int? { last.withLock { $0 } }

    func report(_ event: AccessEvent) {
        let place = event.providerResults.firstIndex { (try? $0.result.get())?.value != nil }
        last.withLock { $0 = place }
    }
}
