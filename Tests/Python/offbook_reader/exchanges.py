"""The worked messages of http.md, section 10, byte by byte."""

from google.protobuf import text_format

from . import offbook_pb2


def check(case):
    data = bytes.fromhex(case["bytes"])
    message = getattr(offbook_pb2, case["message"])()
    message.ParseFromString(data)
    wanted = text_format.Parse("\n".join(case["text"]), type(message)())
    if message != wanted:
        yield f"the bytes say {text_format.MessageToString(message, as_one_line=True)}"
    if wanted.SerializeToString(deterministic=True) != data:
        yield "the text makes other bytes"
