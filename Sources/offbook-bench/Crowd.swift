import Changesets
import DirectoryStore
import ReplicaStore

/// Many workspaces on one server.
enum Crowd {
    /// Makes them in the data directory of a server that does not run: each with its library.
    static func fill(_ data: DataDirectory, workspaces: Int, prompts: [PromptRow]) throws {
        let directory = try DirectoryStore(data)
        var random = SplitMix64(state: 11)
        for place in 0..<workspaces {
            let (id, name) = (RowID.seeded7(at: Int64(place), &random), "workspace \(place)")
            _ = try directory.seed(workspace: name, id: id, [])
            try Replica.create(
                path: data.replicaPath(id),
                Replica.Founding(workspace: id, workspaceName: name, nodeName: "server", userName: "server"))
            let replica = try Replica(path: data.replicaPath(id))
            try replica.fill([prompts])
            try replica.close()
        }
    }
}
