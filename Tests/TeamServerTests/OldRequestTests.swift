import DirectoryStore
import Foundation
import PromptTemplates
import Testing

@testable import TeamServer

/// The requests as the documents of the replaced systems print them, with nothing changed but the host, the token
/// and the ids.
@Suite("Requests of the old systems")
struct OldRequestTests {
    @Test("Prompt Manager v2")
    func promptManager() async throws {
        try await withServer { server in
            let (owner, workspace) = try await server.owner(of: "Tenant 123")
            let asked = OldClient(server, owner.token)
            let first = """
                {"title": "Customer Support Template", "description": "Template for customer support responses", "body": "Hello {customer_name}, thank you for contacting us...", "tenant_id": "tenant-123"}
                """
            let made = try await asked("POST /prompts/", first, 201)
            #expect(made["title"].string == "Customer Support Template" && made["tenant_id"].string == workspace)
            let id = made["id"].string
            let list = try await asked("GET /prompts/?skip=0&limit=20")
            #expect(list["total"].int == 1 && list.items[0]["body"].string.hasPrefix("Hello {customer_name}"))
            #expect(try await asked("GET /prompts/\(id)")["content"] == made["body"])
            let changed = try await asked(
                "PUT /prompts/\(id)",
                #"{"title": "Updated Customer Support Template", "body": "Hi {customer_name}, thanks for reaching out..."}"#
            )
            #expect(changed["version_number"].int == 2)
            #expect(changed["title"].string == "Updated Customer Support Template")
            let versions = try await asked("GET /prompts/\(id)/versions").items
            #expect(versions.map { $0["version"].int } == [2, 1])
            let back = try await asked("POST /prompts/\(id)/versions/1/rollback")
            #expect(back["version_number"].int == 3 && back["body"] == made["body"])
            let copy = try await asked("POST /prompts/\(id)/duplicate", nil, 201)
            #expect(copy["title"].string == "Updated Customer Support Template_copy")
            #expect(copy["version_number"].int == 1)
            let found = try await asked("POST /prompts/search", #"{"query": "thank", "limit": 10, "offset": 0}"#)
            #expect(found["total"].int == 2)
            #expect(try await asked("DELETE /prompts/\(id)")["is_archived"] == .boolean(true))
            #expect(try await asked("GET /prompts/")["total"].int == 1)
            #expect(try await asked("GET /prompts/?is_archived=true").items.map { $0["id"] } == [made["id"]])
            #expect(try await asked("GET /prompts/\(id)")["status"].string == "archived")
            _ = try await asked("POST /prompts/", first.replacingOccurrences(of: "tenant-123", with: "another"), 404)
            for page in ["/docs", "/redoc", "/openapi.json"] {
                #expect(try await server.ask("GET", page).status == 200)
            }
        }
    }

    @Test("PromptForge: people and organizations")
    func forgePeople() async throws {
        try await withServer { server in
            _ = try server.store.createOwner(email: "root@example.org")
            let anyone = OldClient(server, nil)
            _ = try await anyone(
                "POST /api/v1/auth/register", #"{"email": "admin@promptforge.com", "password": "admin123"}"#, 201)
            let login = try await anyone(
                "POST /api/v1/auth/login", #"{"email": "admin@promptforge.com", "password": "admin123"}"#)
            #expect(login["token_type"].string == "bearer")
            let renewed = try await anyone(
                "POST /api/v1/auth/refresh", #"{"refresh_token": "\#(login["refresh_token"].string)"}"#)
            let asked = OldClient(server, renewed["access_token"].string)
            #expect(try await asked("GET /api/v1/users/me")["email"].string == "admin@promptforge.com")
            let organization = try await asked("POST /api/v1/organizations", #"{"name": "Acme"}"#, 201)["id"].string
            #expect(try await asked("GET /api/v1/organizations/me")["id"].string == organization)
            #expect(try await asked("GET /api/v1/organizations/\(organization)")["name"].string == "Acme")
            let renamed = try await asked("PATCH /api/v1/organizations/\(organization)", #"{"name": "Acme Labs"}"#)
            #expect(renamed["name"].string == "Acme Labs")
            #expect(try await asked("GET /api/v1/organizations")["total"].int == 1)
            let made = try await asked(
                "POST /api/v1/users",
                #"{"email": "dev@example.org", "password": "password1", "full_name": "Dev", "role": "developer", "organization_id": "\#(organization)"}"#,
                201)
            let person = made["user"]["id"].string
            let found = try await asked("GET /api/v1/users/\(person)")
            #expect(found["full_name"].string == "Dev" && found["role"].string == "member")
            #expect(try await asked("GET /api/v1/users")["total"].int == 2)
            let changed = try await asked("PATCH /api/v1/users/me", #"{"full_name": "Admin"}"#)
            #expect(changed["full_name"].string == "Admin")
        }
    }

    @Test("PromptForge: projects and prompts")
    func forgePrompts() async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            let asked = OldClient(server, owner.token)
            let project = try await asked(
                "POST /api/v1/projects", #"{"name": "Support", "description": "d", "status": "active"}"#, 201)
            let projectPath = "/api/v1/projects/\(project["id"].string)"
            #expect(try await asked("PATCH \(projectPath)", #"{"status": "draft"}"#)["status"].string == "draft")
            #expect(try await asked("GET \(projectPath)")["name"].string == "Support")
            #expect(try await asked("GET /api/v1/projects")["total"].int == 1)
            let prompt = try await asked(
                "POST /api/v1/prompts",
                #"""
                {"name": "tutor", "description": "teaches", "project_id": "\#(project["id"].string)",
                 "initial_version": {"template": "Explain {{topic}}.", "system_message": "You teach.",
                   "variables": {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]},
                   "model_config": {"model": "gpt-4o", "temperature": 0.2}, "tags": ["school"]}}
                """#, 201)
            #expect(prompt["messages"][0]["content"].string == "You teach." && prompt["model"].string == "gpt-4o")
            #expect(prompt["tags"] == ["school"] && prompt["variables"][0]["name"].string == "topic")
            let path = "/api/v1/prompts/\(prompt["id"].string)"
            let described = try await asked("PATCH \(path)", #"{"description": "teaches well"}"#)
            #expect(described["version_number"].int == 1, "Metadata alone makes no version.")
            let version = try await asked("POST \(path)/versions", #"{"template": "Tell of {{topic}}."}"#, 201)
            #expect(version["number"].int == 2)
            #expect(try await asked("GET \(path)/versions")["total"].int == 2)
            #expect(try await asked("GET \(path)")["version"].string == "v2")
            #expect(try await asked("GET /api/v1/prompts")["total"].int == 1)
            _ = try await asked("DELETE \(path)")
            _ = try await asked("GET \(path)", nil, 404)
            _ = try await asked("DELETE \(projectPath)")
            for page in ["docs", "redoc", "openapi.json"] {
                #expect(try await server.ask("GET", "/api/v1/\(page)").status == 200)
            }
        }
    }

    @Test("PromptStack")
    func stack() async throws {
        try await withServer { server in
            let anyone = OldClient(server, nil)
            _ = try await anyone(
                "POST /api/auth/signup",
                #"{"name":"Test User","email":"test@example.com","password":"password123"}"#, 201)
            let session = try await anyone(
                "POST /api/auth/signin", #"{"email":"test@example.com","password":"password123"}"#)
            let asked = OldClient(server, session["access_token"].string)
            #expect(try await asked("GET /api/auth/session")["user"]["name"].string == "Test User")
            let workspace = try await asked("POST /api/workspaces", #"{"name":"Team"}"#, 201)["id"].string
            #expect(try await asked("GET /api/workspaces")["total"].int == 1)
            #expect(try await asked("GET /api/workspaces/\(workspace)")["name"].string == "Team")
            #expect(
                try await asked("PUT /api/workspaces/\(workspace)", #"{"name":"Team A"}"#)["name"].string == "Team A")
            let project = try await asked("POST /api/projects", #"{"name":"P"}"#, 201)["id"].string
            let first = try await asked(
                "POST /api/prompts", #"{"name":"Test Prompt","content":"Hello {{name}}","projectId":"\#(project)"}"#,
                201)
            #expect(first["projectId"].string == project && first["content"].string == "Hello {{name}}")
            let second = try await asked(
                "POST /api/prompts",
                #"{"name": "Email Summarizer", "content": "Summarize this email: {{email_content}}", "description": "Summarize long emails", "projectId": "\#(project)", "model": "gpt-4", "temperature": 0.7}"#,
                201)
            #expect(second["model"].string == "gpt-4" && second["temperature"] == .number("0.7"))
            let path = "/api/prompts/\(second["id"].string)"
            #expect(try await asked("GET /api/prompts")["total"].int == 2)
            #expect(try await asked("GET \(path)")["content"] == second["content"])
            let changed = try await asked(
                "PUT \(path)", #"{"content": "Shorter: {{email_content}}", "maxTokens": 100}"#)
            #expect(changed["maxTokens"].int == 100 && changed["version_number"].int == 2)
            _ = try await asked("DELETE \(path)")
            #expect(try await asked("GET /api/team").items.map { $0["email"].string } == ["test@example.com"])
            _ = try await asked("GET /api/auth/signout")
            _ = try await asked("GET /api/auth/session", nil, 401)
        }
    }

    @Test("The backend guide")
    func guide() async throws {
        try await withServer { server in
            let anyone = OldClient(server, nil)
            let account = #"{"email": "ada@example.org", "password": "password123"}"#
            _ = try await anyone("POST /auth/register", account, 201)
            let login = try await anyone("POST /auth/login", account)
            _ = try await anyone("POST /auth/forgot-password", #"{"email": "ada@example.org"}"#)
            _ = try await anyone("POST /auth/reset-password", #"{"token": "x", "password": "password123"}"#, 400)
            let asked = OldClient(server, login["access_token"].string)
            _ = try await asked("POST /api/v1/workspaces", #"{"name": "mine"}"#, 201)
            let prompt = try await asked(
                "POST /prompts",
                #"{"title": "t", "content": "c", "description": "d", "is_template": true, "category": "mail"}"#, 201)
            let id = prompt["id"].string
            #expect(try await asked("GET /prompts/templates").items.map { $0["title"].string } == ["t"])
            let changed = try await asked("PUT /prompts/\(id)", #"{"content": "c2", "category": "letters"}"#)
            #expect(changed["content"].string == "c2" && changed["category"].string == "letters")
            let other = try await asked("POST /prompts", #"{"title": "u", "content": "c"}"#, 201)["id"].string
            let group =
                "/groups/" + (try await asked("POST /groups", #"{"name": "g", "description": "d"}"#, 201)["id"].string)
            _ = try await asked("POST \(group)/prompts", #"{"prompt_id": "\#(id)"}"#)
            let entered = try await asked("POST \(group)/prompts", #"{"prompt_id": "\#(other)", "position": 0}"#)
            #expect(Self.order(entered) == [other, id])
            let ordered = try await asked("PUT \(group)/reorder", #"{"prompt_ids": ["\#(id)", "\#(other)"]}"#)
            #expect(Self.order(ordered) == [id, other] && ordered["prompts"][1]["position"].int == 1)
            #expect(Self.order(try await asked("DELETE \(group)/prompts/\(id)")) == [other])
            #expect(try await asked("PUT \(group)", #"{"name": "h"}"#)["name"].string == "h")
            #expect(try await asked("GET /groups")["total"].int == 1)
            #expect(try await asked("GET \(group)")["description"].string == "d")
            _ = try await asked("DELETE \(group)")
            #expect(try await asked("PUT /users/me", #"{"name": "Ada"}"#)["name"].string == "Ada")
            #expect(try await asked("GET /users/me")["email"].string == "ada@example.org")
            _ = try await asked("POST /users/favorites/\(id)", nil, 201)
            #expect(try await asked("GET /users/favorites").items.map { $0["id"].string } == [id])
            _ = try await asked("DELETE /users/favorites/\(id)")
            #expect(try await asked("GET /users/favorites")["total"].int == 0)
            #expect(try await asked("DELETE /prompts/\(id)")["is_archived"] == .boolean(true))
        }
    }

    private static func order(_ group: TemplateValue) -> [String] {
        guard case .list(let entries) = group["prompts"] else { return [] }
        return entries.map { $0["prompt_id"].string }
    }

    @Test("PromptEnchanter: accounts and addresses")
    func enchanter() async throws {
        try await withServer { server in
            let anyone = OldClient(server, nil)
            let made = try await anyone(
                "POST /v1/users/register",
                #"{"username": "johndoe", "name": "John Doe", "email": "john@example.com", "password": "SecurePass123"}"#,
                201)
            let key = made["api_key"].string
            #expect(key.wholeMatch(of: /pe-[0-9a-f]{32}/) != nil && made["username"].string == "johndoe")
            let byKey = OldClient(server, key)
            #expect(try await byKey("GET /v1/users/profile")["id"] == made["user_id"])
            let session = try await anyone(
                "POST /v1/users/login", #"{"username": "johndoe", "password": "SecurePass123"}"#)
            let next = try await anyone(
                "POST /v1/users/refresh", #"{"refresh_token": "\#(session["refresh_token"].string)"}"#)
            let asked = OldClient(server, next["session_token"].string)
            #expect(
                try await asked("PUT /v1/users/profile", #"{"about_me": "I write"}"#)["about_me"].string == "I write")
            #expect(try await asked("GET /v1/users/api-key")["prefix"].string == String(key.prefix(12)))
            let another = try await asked("POST /v1/users/api-key/regenerate", nil, 201)["key"].string
            #expect(another.wholeMatch(of: /pe-[0-9a-f]{32}/) != nil)
            _ = try await byKey("GET /v1/users/profile", nil, 401)
            #expect(try await asked("GET /v1/email/status")["is_verified"] == .boolean(true))
            _ = try await anyone("POST /v1/email/send-verification", #"{"email": "john@example.com"}"#)
            _ = try await anyone("POST /v1/email/resend", #"{"email": "john@example.com"}"#)
            _ = try await anyone("POST /v1/email/verify", #"{"email": "john@example.com", "otp_code": "000000"}"#, 400)
            let moved = #"{"new_email": "jd@example.com", "password": "SecurePass123"}"#
            _ = try await asked("PUT /v1/users/email", moved)
            _ = try await asked(
                "PUT /v1/users/password", #"{"current_password": "SecurePass123", "new_password": "SecurePass1234"}"#)
            _ = try await asked("DELETE /v1/users/account", #"{"password": "SecurePass1234", "reason": "done"}"#)
            _ = try await OldClient(server, another)("GET /v1/users/profile", nil, 401)
        }
    }
}

/// A client of one of the old systems.
private struct OldClient {
    let server: RunningServer
    let token: String?

    init(_ server: RunningServer, _ token: String?) {
        self.server = server
        self.token = token
    }

    /// - Parameter request: method and path.
    func callAsFunction(_ request: String, _ body: String? = nil, _ status: Int = 200) async throws -> TemplateValue {
        let words = request.split(separator: " ").map { String($0) }
        let answer = try await server.send(words[0], words[1], body.map { Array($0.utf8) }, token: token)
        guard answer.status == status else { throw Complaint("\(request): \(answer), and not \(status)") }
        return answer.json
    }
}
