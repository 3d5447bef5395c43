"""Random requests, most of them nearly right: the kinds of mistakes that a validator written by hand would make."""

import json
import random
import struct

SUBMIT = "/v1/flux-tools/outpainting-v1"
RESULT = "/v1/get_result"
FIELDS = ["input_image", "width", "height", "auto_crop", "safety_tolerance", "output_format", "prompt",
          "reference_offset_x", "reference_offset_y", "mode"]

NUMBERS = ["0", "-0", "1", "2", "5", "6", "-1", "63", "64", "65", "63.5", "64.0", "1e2", "640e-1", "63.99999999999999999",
           "0.0", "-0.0", "1.0", "-1.0", "0.5", "1e-400", "5e-324", "1E2", "6.4e+1", "1e15", "1e16", "1.5e-5", "0.0001",
           "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
           "-9223372036854775809", "9223372036854775807.0", "9223372036854774784.0", "-9223372036854775808.0",
           "-9223372036854774784.0", "1e19", "-1e19", "18446744073709551616", "1e400", "-1e400", "NaN", "Infinity",
           "-Infinity", "1" + "0" * 40, "1" * 4300, "1" * 4301, "-" + "9" * 4300, "1." + "0" * 30, "123456789.125"]
WORDS = ["", " ", "64", "png", "PNG", "jpeg", "jpg", "webp", "png ", "high", "fast", "High", "slow", "true", "True", "t",
         "yes", "YES", "y", "on", "oN", "off", "no", "n", "f", "false", "maybe", "1", "0", "2", "1.0", " true", "null",
         "aGVsbG8=", "\u00e9\u4e2d", "\U0001f600", "\x00\x1f\x7f", "a\"b\\c/", "\u2028", "\ud800", "\udc00\ud83d", "x" * 300,
         "_sa", "\u212a", "\u0131"]
KEYS = ["bbox_x1", "seed", "", "1", "_sa", "_sab", "_s", "\u00e9", "Width", "width ", "webhook_url", "a b", "\n", "__proto__",
        "\U0001f600", "\ud83d"]
DIGITISH = list("000111234567899__--++..  ") + ["\u00a0", "\u2003", "\u2028", "\u0085", "\u001c", "\u200b", "\ufeff", "\u3000",
                                               "\u1680", "\t", "\n", "e", "x", "E", ",", "\u0661", "\uff11", "\x00"]
TYPES = ["application/json", "application/JSON; charset=utf-8", "application/problem+json", "text/plain", "text/json", "",
         "application/json ", "application/json,text/plain", "application/x-json", "application/+json", "application/",
         "application/json/x", "/json", "application", "application/json;", ";", "application/a/b+json", "application/j son",
         "application/json\t;q", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/son+json+x"]
ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1"]


class Request:
    def __init__(self, method, target, headers=(), body=None):
        self.method, self.target, self.headers, self.body = method, target, list(headers), body

    def __repr__(self):
        return f"{self.method} {self.target} {self.headers} {self.body!r:.600}"


def string(r, text):
    """The text as JSON, in one of the ways of writing it."""
    return json.dumps(text, ensure_ascii=r.random() < 0.5)


def digits(r):
    """Text that is nearly an integer."""
    pick = r.random()
    if pick < 0.02:
        return r.choice(["", "-", "+", "0", "00", "1_"]) + "7" * r.choice([4299, 4300, 4301, 5000]) + r.choice(["", ".0", "_1", "x"])
    return "".join(r.choice(DIGITISH) for _ in range(r.choice([1, 2, 2, 3, 3, 4, 5, 6, 8])))


def number(r):
    pick = r.random()
    if pick < 0.5:
        return r.choice(NUMBERS)
    if pick < 0.7:
        return repr(struct.unpack("d", r.randbytes(8))[0]).replace("inf", "1e999").replace("nan", "NaN")
    if pick < 0.85:
        return str(r.randrange(-2 ** r.randrange(1, 80), 2 ** r.randrange(1, 80)))
    return f"{r.randrange(-200, 200)}{r.choice(['', '.0', '.', '.5', 'e1', 'e0', 'E-1', '.0e1', 'e', 'e+'])}"


def value(r, depth=2):
    """The text of any JSON value."""
    pick = r.random()
    if pick < 0.3:
        return number(r)
    if pick < 0.5:
        return string(r, r.choice(WORDS))
    if pick < 0.68:
        return string(r, digits(r))
    if pick < 0.82 or depth == 0:
        return r.choice(["null", "true", "false"])
    if pick < 0.91:
        return "[" + ",".join(value(r, depth - 1) for _ in range(r.randrange(4))) + "]"
    members = (string(r, r.choice(KEYS + FIELDS)) + ":" + value(r, depth - 1) for _ in range(r.randrange(4)))
    return "{" + ",".join(members) + "}"


def good(r, field):
    return {
        "input_image": '"aGVsbG8="', "width": "1024", "height": "768", "auto_crop": r.choice(["true", "false"]),
        "safety_tolerance": str(r.randrange(6)), "output_format": r.choice(['"png"', '"webp"', "null"]),
        "prompt": r.choice(['"a cat"', "null"]), "reference_offset_x": r.choice(["-5", "null", "7"]),
        "reference_offset_y": r.choice(["-5", "null", "7"]), "mode": r.choice(['"high"', '"fast"']),
    }[field]


def object_text(r):
    fields = [f for f in FIELDS[:3] if r.random() < 0.93] + [f for f in FIELDS[3:] if r.random() < 0.35]
    members = [(f, value(r) if r.random() < 0.35 else good(r, f)) for f in fields]
    if r.random() < 0.3:
        members += [(r.choice(KEYS), value(r)) for _ in range(r.choice([1, 1, 2, 3, 20]))]
    if r.random() < 0.15:
        members.append((r.choice(FIELDS), value(r)))
    if r.random() < 0.4:
        r.shuffle(members)
    space = r.choice(["", "", " ", "\n\t", "\r\n"])
    return "{" + ",".join(f"{space}{string(r, k)}{space}:{v}" for k, v in members) + space + "}"


def mutate(r, data):
    """The bytes or characters with a piece of them gone, doubled, or replaced by another piece."""
    start = r.randrange(len(data) + 1)
    end = min(len(data), start + r.randrange(5))
    other = r.randrange(len(data) + 1)
    return data[:start] + r.choice([data[:0], data[start:end] * 2, data[other:other + 3]]) + data[end:]


def body(r):
    text = object_text(r) if r.random() < 0.93 else r.choice([value(r), "", " ", "null", "[]", "\ufeff{}", "\x00"])
    if r.random() < 0.2:
        text = mutate(r, text)
    encoding = "utf-8" if r.random() < 0.93 else r.choice(ENCODINGS)
    data = text.encode(encoding, "replace" if encoding == "latin-1" else "surrogatepass")
    if r.random() < 0.06:
        data = mutate(r, data)
    if r.random() < 0.02:
        data = mutate(r, data + r.randbytes(3))
    return data


def submit(r, recorded):
    headers = []
    if r.random() < 0.95:
        headers.append(("x-key", "test-key"))
    elif r.random() < 0.5:
        headers.append(("x-key", r.choice(["", "  ", "\xe9"])))
    if r.random() < 0.93:
        kind = "application/json" if r.random() < 0.9 else r.choice(TYPES)
        headers.append(("content-type", mutate(r, kind) if r.random() < 0.04 else kind))
    if r.random() < 0.06:
        headers.append((r.choice(["x-key", "content-type", "X-KEY", "Content-Type"]), r.choice(["", "test-key", *TYPES])))
    r.shuffle(headers)
    data = body(r)
    if recorded and r.random() < 0.25:
        data = r.choice(recorded)
        for _ in range(r.choice([0, 1, 1, 2])):
            data = mutate(r, data)
    return Request("POST", SUBMIT, headers, data)


def target(r):
    path = r.choice([SUBMIT, RESULT, RESULT, "/", "/v1", "/v1/x"])
    for _ in range(r.choice([0, 0, 1, 1, 2])):
        path = r.choice([path + "/", path + "%2F", path + "%0A", path.replace("_", "%5F"), path.replace("/", "//", 1),
                         path.upper(), mutate(r, path), path + "%" + r.choice(["", "0", "20", "zz", "c3%a9", "00"])])
    if not path.startswith("/"):
        path = "/" + path
    query = ""
    if r.random() < 0.7:
        pieces = ["id", "=", "&", "a", "%69", "%64", "+", ";", "%", "%ff", "%C3%A9", "ID", "id=", "&id=", "x=1", "[]", '"', "<>",
                  "?", "%3D", "%26", "%00", "|", "\\", "^", "`", "{}"]
        query = "?" + "".join(r.choice(pieces) for _ in range(r.randrange(6)))
    method = r.choice(["GET", "GET", "GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE"])
    return Request(method, path + query, [("x-key", "test-key")], b"{}" if r.random() < 0.3 else None)


def requests(seed, count, recorded=()):
    r = random.Random(seed)
    for _ in range(count):
        yield target(r) if r.random() < 0.15 else submit(r, recorded)
