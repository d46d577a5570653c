import PromptRunning
import Testing

@Suite("Addresses inside")
struct PrivateAddressTests {
    @Test(
        "What leads to this machine or its network, in whatever spelling, is private",
        arguments: [
            "localhost", "localhost.", "LOCALHOST", "printer", "db.internal", "metadata.google.internal.", "x.local",
            "127.0.0.1", "127.1", "2130706433", "0x7f.1", "127.0x0.1", "127.0.0.0x1", "0177.0.0.1", "10.1.2.3",
            "172.31.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[0:0:0:0:0:0:0:1]",
            "[0::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "[64:ff9b::7f00:1]", "[fe80::1]", "[fd00::1]",
            "[2002:7f00:1::]", "[2001::1]", "[fe80::1%25eth0]", "[nonsense]", "127%2e0.0.1", "exa mple.org", "",
        ])
    func inside(_ host: String) {
        #expect(PrivateAddress.isPrivate(url: "http://\(host)/v1"))
        #expect(PrivateAddress.isPrivate(url: "http://\(host):8080/v1"))
    }

    @Test(
        "What leads elsewhere is not",
        arguments: ["api.openai.com", "api.openai.com.", "1.1.1.1", "172.32.0.1", "192.0.66.1", "[2606:4700::1111]"])
    func outside(_ host: String) {
        #expect(!PrivateAddress.isPrivate(url: "https://\(host)/v1"))
        #expect(!PrivateAddress.isLoopback(url: "https://\(host)/v1"))
    }

    @Test("This machine is told from its network", arguments: ["localhost", "localhost.", "127.0.0.1", "[::1]"])
    func loopback(_ host: String) {
        #expect(PrivateAddress.isLoopback(url: "http://\(host):11434/v1"))
        #expect(!PrivateAddress.isLoopback(url: "http://192.168.0.1:11434/v1"))
    }
}
