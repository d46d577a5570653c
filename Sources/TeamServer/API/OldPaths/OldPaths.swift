internal import HTTPTypes

/// The paths of the systems that Offbook replaces: each is one of ours under another name. Nothing here does
/// anything by itself.
enum OldPaths {
    static let all: [Route] = root + guide + stack + forge

    /// What both systems at the root call it.
    private static let promptNames = [
        "name": ["title"], "body": ["content"], "workspace_id": ["tenant_id"], "number": ["version", "version_number"],
    ]

    /// Prompt Manager v2, and the backend guide where the two share a path. Here DELETE archives.
    private static let root = system(
        "Prompt Manager", gives: promptNames,
        [
            (.get, "/prompts", .get, "/api/v1/prompts"), (.post, "/prompts", .post, "/api/v1/prompts"),
            (.get, "/prompts/search", .get, "/api/v1/prompts/search"),
            (.post, "/prompts/search", .post, "/api/v1/prompts/search"),
            (.get, "/prompts/templates", .get, "/api/v1/prompts/templates"),
            (.get, "/prompts/{prompt}", .get, "/api/v1/prompts/{prompt}"),
            (.put, "/prompts/{prompt}", .put, "/api/v1/prompts/{prompt}"),
            (.delete, "/prompts/{prompt}", .post, "/api/v1/prompts/{prompt}/archive"),
            (.get, "/prompts/{prompt}/versions", .get, "/api/v1/prompts/{prompt}/versions"),
            (
                .post, "/prompts/{prompt}/versions/{version}/rollback", .post,
                "/api/v1/prompts/{prompt}/versions/{version}/rollback"
            ),
            (.post, "/prompts/{prompt}/duplicate", .post, "/api/v1/prompts/{prompt}/duplicate"),
        ])

    private static let guide = system(
        "Backend guide",
        [
            (.post, "/auth/register", .post, "/api/v1/auth/register"),
            (.post, "/auth/login", .post, "/api/v1/auth/login"),
            (.post, "/auth/forgot-password", .post, "/api/v1/auth/forgot-password"),
            (.post, "/auth/reset-password", .post, "/api/v1/auth/reset-password"),
            (.get, "/groups", .get, "/api/v1/groups"), (.post, "/groups", .post, "/api/v1/groups"),
            (.get, "/groups/{group}", .get, "/api/v1/groups/{group}"),
            (.put, "/groups/{group}", .put, "/api/v1/groups/{group}"),
            (.delete, "/groups/{group}", .delete, "/api/v1/groups/{group}"),
            (.post, "/groups/{group}/prompts", .post, "/api/v1/groups/{group}/prompts"),
            (.delete, "/groups/{group}/prompts/{prompt}", .delete, "/api/v1/groups/{group}/prompts/{prompt}"),
            (.put, "/groups/{group}/reorder", .put, "/api/v1/groups/{group}/reorder"),
            (.get, "/users/me", .get, "/api/v1/users/me"), (.put, "/users/me", .put, "/api/v1/users/me"),
            (.get, "/users/favorites", .get, "/api/v1/users/me/favorites"),
            (.post, "/users/favorites/{prompt}", .post, "/api/v1/users/me/favorites/{prompt}"),
            (.delete, "/users/favorites/{prompt}", .delete, "/api/v1/users/me/favorites/{prompt}"),
        ])

    private static let stack = system(
        "PromptStack",
        gives: [
            "body": ["content"], "project_id": ["projectId"], "max_tokens": ["maxTokens"], "top_p": ["topP"],
            "frequency_penalty": ["frequencyPenalty"], "presence_penalty": ["presencePenalty"],
            "created_at": ["createdAt"], "updated_at": ["updatedAt"], "workspace_id": ["workspaceId"],
        ],
        [
            (.post, "/api/auth/signup", .post, "/api/v1/auth/register"),
            (.post, "/api/auth/signin", .post, "/api/v1/auth/login"),
            (.get, "/api/auth/signout", .post, "/api/v1/auth/logout"),
            (.post, "/api/auth/signout", .post, "/api/v1/auth/logout"),
            (.get, "/api/auth/session", .get, "/api/v1/auth/session"),
            (.get, "/api/prompts", .get, "/api/v1/prompts"), (.post, "/api/prompts", .post, "/api/v1/prompts"),
            (.get, "/api/prompts/{prompt}", .get, "/api/v1/prompts/{prompt}"),
            (.put, "/api/prompts/{prompt}", .put, "/api/v1/prompts/{prompt}"),
            (.delete, "/api/prompts/{prompt}", .delete, "/api/v1/prompts/{prompt}"),
            (.post, "/api/prompts/{prompt}/test", .post, "/api/v1/prompts/{prompt}/test"),
            (.get, "/api/prompts/{prompt}/test", .get, "/api/v1/prompts/{prompt}/test"),
            (.get, "/api/workspaces", .get, "/api/v1/workspaces"),
            (.post, "/api/workspaces", .post, "/api/v1/workspaces"),
            (.get, "/api/workspaces/{workspace}", .get, "/api/v1/workspaces/{workspace}"),
            (.put, "/api/workspaces/{workspace}", .put, "/api/v1/workspaces/{workspace}"),
            (.get, "/api/projects", .get, "/api/v1/projects"), (.post, "/api/projects", .post, "/api/v1/projects"),
            (.get, "/api/projects/{project}", .get, "/api/v1/projects/{project}"),
            (.put, "/api/projects/{project}", .put, "/api/v1/projects/{project}"),
            (.delete, "/api/projects/{project}", .delete, "/api/v1/projects/{project}"),
            (.get, "/api/team", .get, "/api/v1/users"),
        ])

    private static let forge = system(
        "PromptForge",
        [
            (.get, "/api/v1/organizations", .get, "/api/v1/workspaces"),
            (.post, "/api/v1/organizations", .post, "/api/v1/workspaces"),
            (.get, "/api/v1/organizations/{workspace}", .get, "/api/v1/workspaces/{workspace}"),
            (.patch, "/api/v1/organizations/{workspace}", .patch, "/api/v1/workspaces/{workspace}"),
            (.get, "/api/v1/models/providers", .get, "/api/v1/providers"),
            (.post, "/api/v1/models/providers", .post, "/api/v1/providers"),
            (.get, "/api/v1/models/providers/{provider}", .get, "/api/v1/providers/{provider}"),
            (.patch, "/api/v1/models/providers/{provider}", .patch, "/api/v1/providers/{provider}"),
        ])

    private typealias Row = (HTTPRequest.Method, String, HTTPRequest.Method, String)

    private static func system(_ name: String, gives: [String: [String]] = [:], _ rows: [Row]) -> [Route] {
        rows.compactMap { method, path, ourMethod, ourPath in
            RouteTable.canonical.first { $0.method == ourMethod && $0.path == ourPath }.map {
                Route($0, method, path, Dialect(system: name, gives: gives))
            }
        }
    }

    /// How many there are to be: `all` has fewer where one of ours has gone.
    static let count = 11 + 17 + 22 + 8
}
