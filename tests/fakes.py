"""What stands in for the language model: a chat model that queues answers, and an Ollama that misbehaves.

Both are promises about the real thing; tests/verification/ holds them to it.
"""

import contextlib
import gzip
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


class ShiftedClock:
    """Real time, which a test can let pass at once."""

    def __init__(self) -> None:
        self._shift = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._shift

    def pass_seconds(self, seconds: float) -> None:
        self._shift += seconds


Script = str | list[str | float | Exception | Callable[[], None]]


class FakeChatModel(BaseChatModel):
    """Answers with the queued scripts in their order and keeps what it was asked.

    A script is a text, or a list of pieces, pauses in seconds, functions to call, and exceptions to raise.
    """

    scripts: list[Any] = []
    asked: list[list[BaseMessage]] = []
    closed: int = 0

    @property
    def _llm_type(self) -> str:
        return "fake"

    def queue(self, *scripts: Script) -> None:
        self.scripts.extend(scripts)

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        script = self.scripts.pop(0) if self.scripts else "Welcome."
        words = 0
        try:
            for piece in [script] if isinstance(script, str) else script:
                if isinstance(piece, Exception):
                    raise piece
                if callable(piece):
                    piece()
                elif isinstance(piece, float):
                    time.sleep(piece)
                else:
                    words += 1
                    yield ChatGenerationChunk(message=AIMessageChunk(piece))
            usage = {"input_tokens": 100, "output_tokens": words, "total_tokens": 100 + words}
            yield ChatGenerationChunk(message=AIMessageChunk("", usage_metadata=usage))
        finally:
            self.closed += 1


class Listening:
    """Answers HTTP on a free port of this machine, in a thread of its own, until it is closed."""

    def listen(self, handler: type[BaseHTTPRequestHandler]) -> int:
        """Returns the port."""
        self._server = HTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self._server.server_port

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class FakeProvider(Listening):
    """Speaks the streamed chat completions that OpenAI made and many others understand; refuses as it is told.

    `refusal` is a status with its headers. Its sentence repeats the customer's words and the key, as some do.
    """

    def __init__(self) -> None:
        self.refusal: tuple[int, dict[str, str]] | None = None
        self.says: list[str] = ["Welcome. ", "Take your time."]
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        provider = self

        class Completing(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                provider.asked.append(asked)
                provider.keys.append(self.headers["Authorization"])
                if provider.refusal is None:
                    self.complete(asked)
                else:
                    self.refuse(*provider.refusal)

            def refuse(self, status: int, headers: dict[str, str]) -> None:
                repeated = f"{provider.keys[-1]} {provider.asked[-1]['messages'][-1]['content']}"
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(json.dumps({"error": {"message": repeated, "code": "as_told"}}).encode())

            def complete(self, asked: dict[str, Any]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for text in provider.says:
                    self.tell(choices=[{"index": 0, "delta": {"role": "assistant", "content": text}}])
                self.tell(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
                if (asked.get("stream_options") or {}).get("include_usage"):
                    usage = {"prompt_tokens": 40, "completion_tokens": 7, "total_tokens": 47}
                    self.tell(choices=[], usage=usage)
                self.wfile.write(b"data: [DONE]\n\n")

            def tell(self, **told: Any) -> None:
                chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "gpt", **told}
                self.wfile.write(b"data: %s\n\n" % json.dumps(chunk).encode())

            def log_message(self, *args: Any) -> None:
                """Keeps quiet."""

        self.port = self.listen(Completing)
        self.url = f"http://127.0.0.1:{self.port}/v1"


class Collector(Listening):
    """Takes what is posted to it, error reports or traces, and keeps the bodies."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        kept = self.received

        class Taking(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Keeps quiet."""

        self.port = self.listen(Taking)


Handler = Callable[["FakeOllama", socket.socket], None]


class FakeOllama:
    """Speaks Ollama's /api/chat over a real socket, one NDJSON line a chunk, and breaks it as it is told.

    `behave` is a function that is given this object and the connection after the request was read; `when_shown` is
    the same for /api/show, `when_loaded` for /api/generate. One that `embeds` gives every text the same vector. With
    `authorization` it wants that header of whoever asks.
    """

    def __init__(self, behave: Handler, authorization: str | None = None):
        self.behave = behave
        self.when_shown: Handler = has_llama2
        self.when_loaded: Handler = is_in_memory
        self.shown = 0
        self.embeds = False
        self._authorization = authorization
        self.requests: list[dict[str, Any]] = []
        self.loads: list[dict[str, Any]] = []
        self.hung_up = threading.Event()
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            path, headers, body = _read_request(connection)
            if self._authorization not in (None, headers.get("authorization")):
                _send(connection, 401, b'{"error": "unauthorized"}')
            elif path.endswith("/api/show"):
                self.shown += 1
                self.when_shown(self, connection)
            elif path.endswith("/api/generate"):
                self.loads.append(json.loads(body))
                self.when_loaded(self, connection)
            elif path.endswith("/api/tags"):
                _send(connection, 200, json.dumps({"models": [{"name": "llama2:latest", "digest": "d1"}]}).encode())
            elif path.endswith("/api/embed") and self.embeds:
                vectors = [[0.6, 0.8] for _ in json.loads(body)["input"]]
                _send(connection, 200, json.dumps({"model": "all-minilm", "embeddings": vectors}).encode())
            else:
                self.requests.append(json.loads(body))
                self.behave(self, connection)

    def begin(self, connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        )

    def line(self, connection: socket.socket, data: dict[str, Any] | bytes) -> None:
        raw = data if isinstance(data, bytes) else json.dumps(data).encode() + b"\n"
        try:
            connection.sendall(b"%x\r\n%s\r\n" % (len(raw), raw))
        except OSError:
            self.hung_up.set()
            raise

    def say(self, connection: socket.socket, text: str) -> None:
        self.line(connection, _chunk(text))

    def think(self, connection: socket.socket, text: str) -> None:
        chunk = _chunk("")
        self.line(connection, {**chunk, "message": {**chunk["message"], "thinking": text}})

    def done(self, connection: socket.socket) -> None:
        usage = {"prompt_eval_count": 40, "eval_count": 7, "done_reason": "stop"}
        self.line(connection, {**_chunk(""), "done": True, **usage})
        connection.sendall(b"0\r\n\r\n")

    def wait_for_hang_up(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with contextlib.suppress(OSError):
            if connection.recv(1) == b"":
                self.hung_up.set()


def answers(*pieces: str | float | Callable[[], Any]) -> Handler:
    """A well-behaved answer; numbers are pauses in seconds, functions are called and return when it may go on."""

    def behave(ollama: FakeOllama, connection: socket.socket) -> None:
        ollama.begin(connection)
        for piece in pieces:
            if isinstance(piece, str):
                ollama.say(connection, piece)
            elif callable(piece):
                piece()
            else:
                time.sleep(piece)
        ollama.done(connection)

    return behave


def answers_when(may_end: threading.Event, first: str, last: str) -> Handler:
    """Begins an answer, and ends it when it may."""

    def behave(ollama: FakeOllama, connection: socket.socket) -> None:
        ollama.begin(connection)
        ollama.say(connection, first)
        may_end.wait(60)
        ollama.say(connection, last)
        ollama.done(connection)

    return behave


def has_llama2(ollama: FakeOllama, connection: socket.socket) -> None:
    """What is shown of a model that is there."""
    _send(connection, 200, json.dumps({"modelfile": "FROM llama2", "model_info": {}}).encode())


def is_in_memory(ollama: FakeOllama, connection: socket.socket) -> None:
    """What is answered of a model that is loaded."""
    _send(
        connection, 200, json.dumps({"model": "llama2", "response": "", "done": True, "done_reason": "load"}).encode()
    )


class Loader:
    """Loads for so many seconds before it answers, and gives that up when its client leaves, as Ollama does."""

    def __init__(self, seconds: float, says: str = "Gladly."):
        self.given_up = 0
        self.is_loaded = threading.Event()
        self._seconds = seconds
        self._says = says

    def load(self, ollama: FakeOllama, connection: socket.socket) -> None:
        if self._loads(connection):
            is_in_memory(ollama, connection)

    def chat(self, ollama: FakeOllama, connection: socket.socket) -> None:
        if self._loads(connection):
            answers(self._says)(ollama, connection)

    def _loads(self, connection: socket.socket) -> bool:
        if self.is_loaded.is_set():
            return True
        connection.settimeout(self._seconds)
        try:
            connection.recv(1)  # Nothing more is sent: it ends with the time, or because the client left.
        except TimeoutError:
            connection.settimeout(None)
            self.is_loaded.set()
            return True
        self.given_up += 1
        return False


def drips_bytes(ollama: FakeOllama, connection: socket.socket) -> None:
    """Begins to answer and never ends, a byte at a time."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not ollama.stopping.wait(0.05):
        try:
            connection.sendall(b" ")
        except OSError:
            ollama.hung_up.set()
            raise


def is_silent(ollama: FakeOllama, connection: socket.socket) -> None:
    """Takes the request and says nothing."""
    ollama.wait_for_hang_up(connection)


def stalls(ollama: FakeOllama, connection: socket.socket) -> None:
    """Says a whole sentence and half a one, then nothing."""
    ollama.begin(connection)
    ollama.say(connection, "What a lovely idea. The ")
    ollama.wait_for_hang_up(connection)


def is_cut(ollama: FakeOllama, connection: socket.socket) -> None:
    """Ends the connection in the middle of the answer."""
    ollama.begin(connection)
    ollama.say(connection, "What a lovely idea. The ")


def ends_without_done(ollama: FakeOllama, connection: socket.socket) -> None:
    """Ends the stream as if it were whole, but never says `done`."""
    ollama.begin(connection)
    ollama.say(connection, "What a lovely idea. The ")
    connection.sendall(b"0\r\n\r\n")


def drips(ollama: FakeOllama, connection: socket.socket) -> None:
    """Never silent for long, never done."""
    ollama.begin(connection)
    for number in itertools.count():
        ollama.say(connection, f"and {number} ")
        if ollama.stopping.wait(0.05):
            return


def talks_garbage(ollama: FakeOllama, connection: socket.socket) -> None:
    ollama.begin(connection)
    ollama.line(connection, b"<html>not what you asked for</html>\n")
    connection.sendall(b"0\r\n\r\n")


def is_empty(ollama: FakeOllama, connection: socket.socket) -> None:
    ollama.begin(connection)
    ollama.done(connection)


def says_only_blanks(ollama: FakeOllama, connection: socket.socket) -> None:
    """Writes without end, but never a word."""
    ollama.begin(connection)
    while not ollama.stopping.is_set():
        ollama.say(connection, " ")
        time.sleep(0.05)


def fails_midway(ollama: FakeOllama, connection: socket.socket) -> None:
    ollama.begin(connection)
    ollama.say(connection, "What a lovely idea. The ")
    ollama.line(connection, {"error": "the runner has died"})
    connection.sendall(b"0\r\n\r\n")


def thinks(*pauses: float, says: str = "") -> Handler:
    """Thinks after each of the pauses, as newer Ollamas tell it, whether it was asked not to or not; then answers."""

    def behave(ollama: FakeOllama, connection: socket.socket) -> None:
        ollama.begin(connection)
        for pause in pauses:
            time.sleep(pause)
            ollama.think(connection, "hm ")
        if says:
            ollama.say(connection, says)
        ollama.done(connection)

    return behave


def takes_no_think(ollama: FakeOllama, connection: socket.socket) -> None:
    """Refuses whoever says anything of thinking."""
    if "think" in ollama.requests[-1]:
        _send(connection, 400, json.dumps({"error": '"llama2" does not support thinking'}).encode())
    else:
        answers("Welcome.")(ollama, connection)


def knows_no_model(ollama: FakeOllama, connection: socket.socket) -> None:
    _send(connection, 404, json.dumps({"error": 'model "llama2" not found, try pulling it first'}).encode())


def is_overloaded(ollama: FakeOllama, connection: socket.socket) -> None:
    _send(connection, 503, json.dumps({"error": "server busy, please try again."}).encode())


def _chunk(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {"model": "llama2", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}


def _read_request(connection: socket.socket) -> tuple[str, dict[str, str], bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return first.split(" ")[1], headers, body


def _send(connection: socket.socket, status: int, body: bytes) -> None:
    connection.sendall(
        b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        % (status, len(body), body)
    )
