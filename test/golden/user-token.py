"""User tokens made without Heed: HKDF-SHA256 (RFC 5869) and HMAC-SHA-256 from Python's standard library."""
import base64, hashlib, hmac, json, pathlib, sys

SECRET = "heed_sk_" + base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def hkdf(secret, info, length):
    pseudo_random_key = hmac.new(b"\0" * 32, secret, hashlib.sha256).digest()
    block, output, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.new(pseudo_random_key, block + info + bytes([counter]), hashlib.sha256).digest()
        output, counter = output + block, counter + 1
    return output[:length]


signing_key = hkdf(SECRET.encode(), b"heed user token v1", 32)
key_hash = hashlib.sha256(SECRET.encode()).hexdigest()
claims = {"key": key_hash[:16], "project": "default", "user": "åse", "issued": 1767225600, "expires": 1767226500}
signed = "heed_ut_" + b64(json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode())
token = signed + "." + b64(hmac.new(signing_key, signed.encode(), hashlib.sha256).digest())
golden = {"secret": SECRET, "hash": key_hash, "tokenKey": signing_key.hex(), "claims": claims, "token": token}
text = json.dumps(golden, indent=2, ensure_ascii=False) + "\n"
file = pathlib.Path(__file__).with_suffix(".json")
if "--check" in sys.argv:
    sys.exit(0 if file.read_text() == text else f"{file.name} differs")
file.write_text(text)
