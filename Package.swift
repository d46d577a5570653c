// swift-tools-version: 6.2

import PackageDescription

/// Where `make fuzz` says that libFuzzer's runtime is: then our code is built to tell libFuzzer what it
/// covers, and there is a product more. No other build knows of it.
let fuzzer = Context.environment["OFFBOOK_FUZZER"]
let instrumented: [SwiftSetting] = fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer"])]

/// Every target of ours: Swift 6 language mode (the tools version's default), the strictest of the
/// upcoming features, and no warning left standing.
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ] + instrumented

/// A static, non-PIE binary spends less of a cold start on relocations.
let fastStart: [LinkerSetting] = [
    .unsafeFlags(["-use-ld=lld", "-Xclang-linker", "-no-pie"], .when(configuration: .release))
]

let package = Package(
    name: "offbook",
    products: [
        .executable(name: "offbook", targets: ["offbook"]),
        .executable(name: "offbook-bench", targets: ["offbook-bench"]),
        .executable(name: "offbook-simulate", targets: ["offbook-simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // The SQL of every migration, compiled into the binary.
        .target(
            name: "Schema",
            path: "schema",
            exclude: ["replica.dump.sql", "directory.dump.sql", "ledger.dump.sql", "messages.dump.sql"],
            sources: ["Schema.swift"],
            resources: [
                .embedInCode("replica"), .embedInCode("directory"), .embedInCode("ledger"), .embedInCode("messages"),
            ],
            swiftSettings: strict
        ),
        // The generated code of the wire protocol. `make protocol` writes it anew.
        .target(
            name: "SyncProtocol",
            dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")],
            path: "sync-protocol",
            exclude: ["model.md", "changeset.md", "http.md", "folder.md", "versioning.md", "offbook.proto", "vectors"],
            sources: ["generated"],
            swiftSettings: instrumented
        ),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "CSQLiteSupport", path: "Sources/CSQLiteSupport",
            linkerSettings: [.linkedLibrary("sqlite3")]
        ),
        .target(
            name: "Changesets",
            dependencies: [
                "CZlib", "SyncProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict
        ),
        .target(name: "AccessControl", dependencies: ["Changesets"], swiftSettings: strict),
        .target(
            name: "SyncEngine",
            dependencies: [
                "AccessControl", "Changesets", "SyncProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "ReplicaStore",
            dependencies: [
                "AccessControl", "Changesets", "CSQLiteSupport", "Schema", "SyncEngine",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "DirectoryStore",
            dependencies: [
                "AccessControl", "Changesets", "Schema", "ReplicaStore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        // What was sent to language models, and what came back: sealed, in a file of its own.
        .target(
            name: "MessageLog",
            dependencies: [
                "Changesets", "ReplicaStore", "Schema",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(name: "TextMerge", swiftSettings: strict),
        .target(
            name: "PromptFiles",
            dependencies: [
                "PromptTemplates",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .target(name: "PromptTemplates", swiftSettings: strict),
        .target(
            name: "PromptLibrary",
            dependencies: [
                "Changesets", "Policies", "PromptFiles", "PromptTemplates", "ReplicaStore", "SyncEngine", "TextMerge",
            ],
            swiftSettings: strict
        ),
        // Server-sent events, of whoever sends them.
        .target(name: "EventStreams", swiftSettings: strict),
        // Calls language models. Knows nothing of sync, of databases, or of serving.
        .target(
            name: "Completions",
            dependencies: [
                "EventStreams",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // Regular expressions for what people write: with a bound on what one may cost.
        .systemLibrary(
            name: "CPCRE2", path: "Sources/CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        // What may be asked of models, and what they may answer. Pure.
        .target(name: "Policies", dependencies: ["CPCRE2"], swiftSettings: strict),
        // Loads libxml2 when it is needed: no header, no library at build time.
        .target(name: "CXML2", path: "Sources/CXML2"),
        // Looks things up on the web. Knows nothing of providers, of prompts, or of serving.
        .target(
            name: "WebResearch",
            dependencies: [
                "CXML2",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // Prompts are run: the library's prompts, providers and terms on one side, completions on the other.
        .target(
            name: "PromptRunning",
            dependencies: [
                "Changesets", "Completions", "Policies", "PromptLibrary", "PromptTemplates", "ReplicaStore",
                "WebResearch",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "SyncClient",
            dependencies: [
                "AccessControl", "Changesets", "EventStreams", "PromptLibrary", "ReplicaStore", "SyncEngine",
                "SyncProtocol",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "TeamServer",
            dependencies: [
                "AccessControl", "Changesets", "Completions", "DirectoryStore", "MessageLog", "Policies",
                "PromptLibrary",
                "PromptRunning",
                "PromptTemplates", "ReplicaStore", "SyncEngine", "SyncProtocol", "WebResearch",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // A VFS for SQLite whose disk may fail, for the simulation only.
        .target(
            name: "CSimulatedDisk", path: "Sources/CSimulatedDisk",
            linkerSettings: [.linkedLibrary("sqlite3")]
        ),
        .target(
            name: "SyncSimulation",
            dependencies: [
                "AccessControl", "Changesets", "CSQLiteSupport", "CSimulatedDisk", "PromptFiles", "PromptLibrary",
                "PromptTemplates",
                "ReplicaStore",
                "SyncEngine", "SyncProtocol",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "offbook-simulate",
            dependencies: [
                "Changesets", "SyncSimulation", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict,
            linkerSettings: fastStart
        ),
        .executableTarget(
            name: "offbook",
            dependencies: [
                "AccessControl", "Changesets", "Completions", "DirectoryStore", "MessageLog", "Policies", "PromptFiles",
                "PromptLibrary",
                "PromptRunning", "PromptTemplates", "ReplicaStore", "SyncClient", "SyncEngine", "TeamServer",
                "WebResearch",
                "TextMerge",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict,
            linkerSettings: fastStart
        ),
        .executableTarget(
            name: "offbook-bench",
            dependencies: [
                "Changesets", "CZlib", "DirectoryStore", "PromptLibrary", "ProviderStub", "ReplicaStore", "SyncClient",
                "SyncEngine", "SyncProtocol",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            exclude: ["Performance.md"],
            swiftSettings: strict,
            linkerSettings: fastStart
        ),
        // Reads the vectors of the wire protocol, for the tests of several targets.
        .target(
            name: "ProtocolVectors", dependencies: ["Changesets"], path: "Tests/ProtocolVectors", swiftSettings: strict),
        // A scripted provider of language models, for the tests of several targets and the benchmark.
        .target(
            name: "ProviderStub",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/ProviderStub", swiftSettings: strict),
        .testTarget(
            name: "CompletionsTests",
            dependencies: [
                "Completions", "EventStreams", "ProviderStub", .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MessageLogTests",
            dependencies: [
                "Changesets", "MessageLog", "ReplicaStore",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PoliciesTests", dependencies: ["Policies"], exclude: ["Tables"], swiftSettings: strict),
        .testTarget(
            name: "WebResearchTests",
            dependencies: [
                "WebResearch",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TextMergeTests", dependencies: ["TextMerge"], swiftSettings: strict),
        .testTarget(
            name: "PromptTemplatesTests", dependencies: ["PromptTemplates"], swiftSettings: strict),
        .testTarget(
            name: "PromptFilesTests", dependencies: ["PromptFiles", "PromptTemplates"], swiftSettings: strict),
        .testTarget(
            name: "ChangesetsTests",
            dependencies: [
                "Changesets", "ProtocolVectors", "SyncProtocol",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AccessControlTests", dependencies: ["AccessControl", "Changesets"], swiftSettings: strict),
        .testTarget(
            name: "ReplicaStoreTests",
            dependencies: [
                "AccessControl", "Changesets", "Policies", "PromptFiles", "PromptLibrary", "PromptTemplates",
                "ProtocolVectors", "ReplicaStore",
                "Schema", "SyncEngine", "SyncProtocol", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "DirectoryStoreTests",
            dependencies: ["AccessControl", "Changesets", "DirectoryStore", "ReplicaStore"], swiftSettings: strict),
        .testTarget(
            name: "TeamServerTests",
            dependencies: [
                "AccessControl", "Changesets", "Completions", "DirectoryStore", "MessageLog", "Policies",
                "PromptLibrary",
                "PromptRunning",
                "PromptTemplates", "ProviderStub", "ReplicaStore", "SyncClient", "SyncEngine", "TeamServer",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["offbook", "ProviderStub"], exclude: ["Golden"], swiftSettings: strict),
        .testTarget(name: "BenchTests", dependencies: ["offbook-bench"], swiftSettings: strict),
        .testTarget(
            name: "TerminalTests", dependencies: ["offbook"], swiftSettings: strict),
        .testTarget(
            name: "SyncSimulationTests",
            dependencies: [
                "Changesets", "PromptFiles", "PromptLibrary", "ReplicaStore", "SyncEngine", "SyncSimulation",
            ],
            swiftSettings: strict),
    ]
)

if let fuzzer {
    package.products.append(.executable(name: "offbook-fuzz", targets: ["offbook-fuzz"]))
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
        .executableTarget(
            name: "offbook-fuzz",
            dependencies: [
                "CFuzzer", "CZlib", "Changesets", "PromptFiles", "PromptTemplates", "ReplicaStore", "SyncEngine",
                "SyncProtocol", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Tests/Fuzz/Sources", swiftSettings: strict,
            linkerSettings: [.unsafeFlags([fuzzer]), .linkedLibrary("stdc++")]),
    ]
}
