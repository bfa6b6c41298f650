"""Tokens as Dify writes them, made by the library that Dify uses (Debian installs it as Cryptodome).

As a program: prints a JSON object for tests in C++, a fresh key pair and tokens of the texts given as arguments. With
`--time N`, for the benchmark: microseconds for a secret as Dify opens it, the key parsed each time, over N secrets; and
those of the parsing alone.
"""

import base64
import json
import sys
import time

from Cryptodome.Cipher import AES, PKCS1_OAEP
from Cryptodome.PublicKey import RSA
from Cryptodome.Random import get_random_bytes


class Workspace:
    """A workspace's key pair: the private half goes to the storage, the public half into the database."""

    def __init__(self, bits=2048):
        self.key = RSA.generate(bits)
        self.private_pem = self.key.export_key().decode()
        self.public_pem = self.key.publickey().export_key().decode()

    def wrap(self, data):
        return PKCS1_OAEP.new(self.key.publickey()).encrypt(data)  # SHA-1, no label

    def hybrid_bytes(self, text, aes_key=None):
        aes_key = aes_key or get_random_bytes(16)
        cipher = AES.new(aes_key, AES.MODE_EAX)
        sealed, tag = cipher.encrypt_and_digest(text if isinstance(text, bytes) else text.encode())
        return b"HYBRID:" + self.wrap(aes_key) + cipher.nonce + tag + sealed

    def token(self, text):
        return base64.b64encode(self.hybrid_bytes(text)).decode()

    def legacy(self, text):
        return base64.b64encode(self.wrap(text if isinstance(text, bytes) else text.encode())).decode()


def time_a_secret(count):
    workspace = Workspace()
    token = workspace.token("sk-0123456789abcdef0123456789abcdef")
    parsing = 0.0
    begin = time.perf_counter()
    for _ in range(count):
        before = time.perf_counter()
        key = RSA.import_key(workspace.private_pem)
        parsing += time.perf_counter() - before
        data = base64.b64decode(token)[len(b"HYBRID:"):]
        size = key.size_in_bytes()
        aes_key = PKCS1_OAEP.new(key).decrypt(data[:size])
        cipher = AES.new(aes_key, AES.MODE_EAX, nonce=data[size:size + 16])
        cipher.decrypt_and_verify(data[size + 32:], data[size + 16:size + 32]).decode()
    return (time.perf_counter() - begin) / count * 1e6, parsing / count * 1e6


def main():
    if sys.argv[1:2] == ["--time"]:
        print(*time_a_secret(int(sys.argv[2])))
        return
    workspace = Workspace()
    print(json.dumps({
        "private": workspace.private_pem,
        "public": workspace.public_pem,
        "tokens": [workspace.token(text) for text in sys.argv[1:]],
        "legacy": [workspace.legacy(text) for text in sys.argv[1:]],
        "long_key": base64.b64encode(workspace.hybrid_bytes("x", get_random_bytes(32))).decode(),
        "not_text": workspace.token(b"\xff\xfe"),
    }))


if __name__ == "__main__":
    main()
