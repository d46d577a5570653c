/// A mail of plain text.
package struct Mail: Sendable, Hashable {
    package var to: String
    package var subject: String
    package var text: String
}

/// Where mails go; it must not wait for them to be sent, or the time it takes tells who has an account.
package struct Outbox: Sendable {
    let put: @Sendable (Mail) -> Void

    package init(_ put: @escaping @Sendable (Mail) -> Void) { self.put = put }
}

extension DirectoryStore {
    func post(_ mail: Mail) { outbox?.put(mail) }

    func verificationMail(to address: String, code: String) -> Mail {
        Mail(
            to: address, subject: "Your Offbook code: \(code)",
            text: """
                Your code for Offbook at \(publicAddress) is

                    \(code)

                It works for 24 hours. If you have not asked for it, somebody mistyped an address: do nothing.
                """)
    }

    func alreadyRegisteredMail(to address: String) -> Mail {
        Mail(
            to: address, subject: "You have an Offbook account already",
            text: """
                Somebody wanted to make an account for this address at \(publicAddress).
                There is one already: sign in with it, or ask for a new password:

                    POST \(publicAddress)/api/v1/auth/forgot-password

                If it was not you, do nothing.
                """)
    }

    func resetMail(to address: String, token: String) -> Mail {
        Mail(
            to: address, subject: "A new password for Offbook",
            text: """
                Here you can choose a new password for \(publicAddress), once, within an hour:

                    \(publicAddress)/reset-password?token=\(token)

                It signs out every machine. If you have not asked for it, do nothing: your password stays.
                """)
    }

    func invitationMail(to address: String, workspace: String, from inviter: String, code: String) -> Mail {
        Mail(
            to: address, subject: "An invitation to Offbook",
            text: """
                \(inviter) invites you to the workspace “\(workspace)” at \(publicAddress).

                    offbook login \(publicAddress) --email \(address) --invitation \(code)

                It works for 14 days.
                """)
    }
}
