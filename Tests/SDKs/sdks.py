#!/usr/bin/env python3
"""OpenAI's and Anthropic's own clients against the gateway, changed in nothing but their base URL and key.

    python3 sdks.py --server http://127.0.0.1:8080 --key TOKEN --stub http://127.0.0.1:9711 --prompt greeting

The server's only provider is the stub, whose models do what their names say. The prompt says hello to {{name}}.
Exit status 0 where all is as it must be.
"""

import argparse
import json
import time
import urllib.request

import anthropic
import openai

HELLO = [{"role": "user", "content": "Say hello."}]
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}}
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

failures = []


def check(what, holds, seen=""):
    print(f"  {'ok    ' if holds else 'FAILED'} {what}" + ("" if holds else f": {seen!r}"), flush=True)
    if not holds:
        failures.append(what)


def raised(kind, call):
    """The error of that kind that the call raises; nothing for any other end."""
    try:
        call()
    except kind as error:
        return error
    except Exception as error:  # noqa: BLE001: what else it is, is told
        print(f"         {type(error).__name__}: {error}")
    return None


class Stub:
    def __init__(self, url):
        self.url = url

    def state(self):
        with urllib.request.urlopen(f"{self.url}/stub/state") as reply:
            return json.load(reply)

    def cancelled(self, most=30):
        """Whether it sees, within so many seconds, that one more answer is left before its end."""
        began, before = time.monotonic(), self.seen
        while self.state()["cancelled"] <= before and time.monotonic() - began < most:
            time.sleep(0.05)
        return self.state()["cancelled"] == before + 1

    def mark(self):
        self.seen = self.state()["cancelled"]


def openai_checks(options, stub):
    base = f"{options.server}/v1"
    client = openai.OpenAI(base_url=base, api_key=options.key, max_retries=0)
    ask = lambda model, **more: client.chat.completions.create(model=model, messages=HELLO, **more)

    answer = ask("stub")
    check("create", answer.choices[0].message.content.startswith("The quick"), answer)
    check("usage", answer.usage.total_tokens == 100, answer.usage)
    pieces = list(ask("stub", stream=True))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    check("stream", text.startswith("The quick") and pieces[-1].choices[0].finish_reason == "stop", text)
    counted = list(ask("stub", stream=True, stream_options={"include_usage": True}))
    check("usage at the end of a stream", counted[-1].usage is not None and not counted[-1].choices, counted[-1])
    tool = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}
    called = ask("tools", tools=[tool]).choices[0]
    arguments = called.message.tool_calls[0].function.arguments
    check("tools", called.finish_reason == "tool_calls" and json.loads(arguments) == {"city": "Oslo"}, called)
    image = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PIXEL}"}}
    client.chat.completions.create(model="stub", messages=[{"role": "user", "content": [image]}])
    check("images go through", PIXEL in json.dumps(stub.state()["last"]), stub.state()["last"])
    check("models are listed", client.models.list().object == "list")

    error = raised(openai.BadRequestError, lambda: ask("refusing"))
    check("a refusal is a BadRequestError", error is not None and "it is wrong" in str(error), error)
    error = raised(openai.InternalServerError, lambda: ask("failing"))
    check("a failure is an InternalServerError", error is not None, error)
    check("what is no answer is an InternalServerError", raised(openai.InternalServerError, lambda: ask("malformed")))
    check("an argument that is none is a BadRequestError",
          raised(openai.BadRequestError, lambda: client.chat.completions.create(model="", messages=HELLO)))
    wrong = openai.OpenAI(base_url=base, api_key="sk-wrong", max_retries=0)
    check("a wrong key is an AuthenticationError",
          raised(openai.AuthenticationError, lambda: wrong.chat.completions.create(model="stub", messages=HELLO)))
    check("a provider that is busy for a moment is asked again",
          ask("rate-limited").choices[0].message.content.startswith("The quick"))
    check("a timeout is an APITimeoutError",
          raised(openai.APITimeoutError, lambda: client.with_options(timeout=0.2).chat.completions.create(
              model="slow", messages=HELLO)))
    check("a stream that breaks off is an APIError", raised(openai.APIError, lambda: list(ask("cut", stream=True))))

    for model in ("slow", "hang"):
        stub.mark()
        stream = ask(model, stream=True)
        next(iter(stream))
        stream.close()
        check(f"a stream that is left ends at the provider ({model})", stub.cancelled(), stub.state()["cancelled"])

    named = client.chat.completions.create(
        model="stub", messages=[], extra_body={"prompt": {"name": options.prompt, "variables": {"name": "Ada"}}})
    sent = stub.state()["last"]["messages"]
    check("a prompt of the library", named.choices and "Ada" in json.dumps(sent), sent)
    raw = client.chat.completions.with_raw_response
    marks = [raw.create(model="stub", messages=HELLO, temperature=0).headers.get("x-cache") for _ in range(2)]
    check("an answer at temperature 0 is kept", marks == ["MISS", "HIT"], marks)


def anthropic_checks(options, stub):
    client = anthropic.Anthropic(base_url=options.server, api_key=options.key, max_retries=0)
    ask = lambda model, **more: client.messages.create(model=model, max_tokens=64, messages=HELLO, **more)

    answer = ask("stub")
    check("create", answer.content[0].text.startswith("The quick") and answer.usage.output_tokens > 0, answer)
    with client.messages.stream(model="stub", max_tokens=64, messages=HELLO) as stream:
        text = "".join(stream.text_stream)
        last = stream.get_final_message()
    check("stream", text.startswith("The quick") and last.stop_reason == "end_turn", last)
    called = ask("tools", tools=[{"name": "get_weather", "input_schema": WEATHER}])
    check("tools", called.stop_reason == "tool_use" and called.content[-1].input == {"city": "Oslo"}, called)
    source = {"type": "base64", "media_type": "image/png", "data": PIXEL}
    client.messages.create(
        model="stub", max_tokens=9, messages=[{"role": "user", "content": [{"type": "image", "source": source}]}])
    check("images go through", PIXEL in json.dumps(stub.state()["last"]), stub.state()["last"])

    check("a refusal is a BadRequestError", raised(anthropic.BadRequestError, lambda: ask("refusing")))
    check("a failure is an InternalServerError", raised(anthropic.InternalServerError, lambda: ask("failing")))
    wrong = anthropic.Anthropic(base_url=options.server, api_key="sk-wrong", max_retries=0)
    check("a wrong key is an AuthenticationError", raised(
        anthropic.AuthenticationError,
        lambda: wrong.messages.create(model="stub", max_tokens=9, messages=HELLO)))
    check("a provider that is busy for a moment is asked again",
          ask("rate-limited").content[0].text.startswith("The quick"))
    check("a timeout is an APITimeoutError", raised(
        anthropic.APITimeoutError, lambda: client.with_options(timeout=0.2).messages.create(
            model="slow", max_tokens=9, messages=HELLO)))
    check("a stream that breaks off is an error", raised(
        (anthropic.APIError, ValueError), lambda: list(ask("cut", stream=True))))

    for model in ("slow", "hang"):
        stub.mark()
        stream = ask(model, stream=True)
        next(iter(stream))
        stream.close()
        check(f"a stream that is left ends at the provider ({model})", stub.cancelled(), stub.state()["cancelled"])

    named = client.messages.create(
        model="stub", max_tokens=9, messages=[],
        extra_body={"prompt": {"name": options.prompt, "variables": {"name": "Bob"}}})
    sent = stub.state()["last"]["messages"]
    check("a prompt of the library", named.content and "Bob" in json.dumps(sent), sent)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("server", "key", "stub", "prompt"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    stub = Stub(options.stub)
    print(f"openai {openai.__version__}")
    openai_checks(options, stub)
    print(f"anthropic {anthropic.__version__}")
    anthropic_checks(options, stub)
    print(f"{len(failures)} failed" if failures else "all is as it must be")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
