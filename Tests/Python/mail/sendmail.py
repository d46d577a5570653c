"""Takes a mail as `sendmail -i -t` does, and gives it to the SMTP server at a port of this machine."""

import email
import email.policy
import smtplib
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)
if "From" not in message:
    message["From"] = "offbook@localhost"
with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as server:
    server.send_message(message)
