"""Runs a command with a store to talk to, for the training of the class-data archive.

The store speaks a little of S3 and of HTTP on a free port of this machine, which replaces PORT in
the command; it keeps objects in memory and checks no signature. The exit code is the command's.
"""

import hashlib
import http.server
import os
import subprocess
import sys
import threading
import urllib.parse

objects = {}


class Store(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        if "list-type" in query:
            return self.answer(200, listing(url.path.strip("/"), query), Content_Type="application/xml")
        body = objects.get(urllib.parse.unquote(url.path))
        if body is None:
            missing = b"" if self.command == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>"
            return self.answer(404, missing)
        headers = {
            "ETag": etag(body),
            "Last_Modified": "Sun, 01 Nov 2026 00:00:00 GMT",
            "Accept_Ranges": "bytes",
        }
        if "Range" not in self.headers:
            return self.answer(200, body, **headers)
        first, last = self.headers["Range"].removeprefix("bytes=").split("-")
        part = body[int(first) : int(last or len(body) - 1) + 1]
        end = int(first) + len(part) - 1
        headers["Content_Range"] = f"bytes {first}-{end}/{len(body)}"
        return self.answer(206, part, **headers)

    do_HEAD = do_GET

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        objects[urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)] = body
        self.answer(200, ETag=etag(body))

    def do_DELETE(self):
        objects.pop(urllib.parse.unquote(urllib.parse.urlsplit(self.path).path), None)
        self.answer(204)

    def log_message(self, *_):
        pass


def etag(body):
    return f'"{hashlib.md5(body).hexdigest()}"'


def listing(bucket, query):
    prefix = f"/{bucket}/{query.get('prefix', [''])[0]}"
    contents = "".join(
        f"<Contents><Key>{urllib.parse.quote(path.split('/', 2)[2])}</Key>"
        f"<LastModified>2026-11-01T00:00:00.000Z</LastModified><ETag>{etag(body)}</ETag>"
        f"<Size>{len(body)}</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for path, body in sorted(objects.items())
        if path.startswith(prefix)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>'
        f"<Name>{bucket}</Name><EncodingType>url</EncodingType>"
        f"<IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    ).encode()


def environment(port):
    """Without anything of the user's that would lead to another store."""
    own = ("AWS_", "S3_", "OUTPUT_", "OVMS_S3_", "HTTP_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return kept | {
        "S3_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "training",
        "AWS_SECRET_ACCESS_KEY": "training",
        "AWS_REGION": "us-east-1",
        "no_proxy": "127.0.0.1",
    }


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that drops a connection is nothing to report."""


server = Server(("127.0.0.1", 0), Store)
threading.Thread(target=server.serve_forever, daemon=True).start()
command = [argument.replace("PORT", str(server.server_port)) for argument in sys.argv[1:]]
sys.exit(subprocess.call(command, env=environment(server.server_port)))
