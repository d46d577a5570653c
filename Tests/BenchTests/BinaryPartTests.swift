import Testing

@testable import offbook_bench

/// What an executable is made of.
struct BinaryPartTests {
    @Test(arguments: [
        ("$s12ReplicaStore7ReplicaC4path", "ReplicaStore"), ("icudt74_dat", "ICU's data, of Foundation"),
        ("$sSa6appendyyF", "Swift, the standard library and instances of it"),
        ("CNIOBoringSSL_AES_encrypt", "BoringSSL, of swift-nio-ssl and swift-crypto"),
        ("main", "C, C++ and what has no Swift name"),
    ]) func symbolsTellTheirModule(_ symbol: String, _ module: String) {
        #expect(BinaryParts.module(of: symbol[...]) == module)
    }

    @Test func namesOfOnePlaceCountOnce() {
        let symbols = """
            0000000000001000 0000000000000010 T $s4JSON1aF
            0000000000001000 0000000000000010 t $s4JSON1bF
            0000000000002000 0000000000000020 B $s4JSON5spaceF
            0000000000003000 U missing
            """
        #expect(BinaryParts.modules(symbols) == ["JSON": 16])
    }
}
