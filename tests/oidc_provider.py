"""A small, real OpenID Connect provider as a process of its own: `python tests/oidc_provider.py PORT`.

Authorization code with PKCE, discovery, JWKS, ID tokens signed with RS256, sign-out. It asks for a password nowhere: its
page has one button for each person.
"""

import base64
import hashlib
import html
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "ledger", "the-client's-secret"
TOKEN_LIFETIME_S = 3600
BRIEF_S = 8
PEOPLE = {
    "editor": {"email": "Ana@example.org", "email_verified": True, "name": "Ana Editor"},
    "viewer": {"email": "vic@example.org", "email_verified": True, "name": "Vic Viewer"},
    "group": {"email": "gus@elsewhere.example", "email_verified": True, "groups": ["staff", "ledger-editors"]},
    "unverified": {"email": "ana@example.org", "email_verified": False, "name": "Not Ana"},
    "brief": {"email": "bea@example.org", "email_verified": True, "name": "Bea Brief"},
    "crowd": {
        "email": "cleo@example.org",
        "email_verified": True,
        "groups": [*(secrets.token_hex(16) for _ in range(200)), "ledger-editors"],
    },
}
KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)
CODES: dict[str, dict[str, str]] = {}  # what was asked for, by code, until it is taken once


class Provider(BaseHTTPRequestHandler):
    """One request to the provider."""

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        answers = {
            "/.well-known/openid-configuration": self.discovery,
            "/jwks": lambda: self.give({"keys": [KEY.as_dict(private=False)]}),
            "/authorize": lambda: self.authorize(query),
            "/logout": lambda: self.redirect(query["post_logout_redirect_uri"]),
        }
        answers.get(asked.path, lambda: self.give({"error": "not_found"}, 404))()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if self.path == "/token":
            self.token(form)
        else:
            self.give({"error": "not_found"}, 404)

    def discovery(self) -> None:
        endpoints = {"authorization": "authorize", "token": "token", "end_session": "logout"}
        self.give(
            {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/jwks",
                **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in endpoints.items()},
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def authorize(self, query: dict[str, str]) -> None:
        """Ask who it is; once chosen, go back with a code."""
        wanted = {"client_id", "redirect_uri", "state", "nonce", "code_challenge"}
        if not wanted <= query.keys() or query["client_id"] != CLIENT or query.get("code_challenge_method") != "S256":
            self.give({"error": "invalid_request"}, 400)
        elif query.get("person") == "nobody":
            self.redirect(f"{query['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': query['state']})}")
        elif query.get("person") in PEOPLE:
            code = secrets.token_urlsafe()
            CODES[code] = query
            self.redirect(f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}")
        else:
            hidden = "".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in query.items()
            )
            buttons = "".join(f'<button name="person" value="{name}">{name}</button>' for name in (*PEOPLE, "nobody"))
            self.give(f"<!doctype html><title>Who are you?</title><form action='/authorize'>{hidden}{buttons}</form>")

    def token(self, form: dict[str, str]) -> None:
        """An ID token for a code, to the client that asked for it and holds the verifier."""
        asked = CODES.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            .rstrip(b"=")
            .decode()
        )
        if self.headers.get("authorization") != f"Basic {basic}" and form.get("client_secret") != SECRET:
            self.give({"error": "invalid_client"}, 401)
        elif asked is None or form.get("redirect_uri") != asked["redirect_uri"] or challenge != asked["code_challenge"]:
            self.give({"error": "invalid_grant"}, 400)
        else:
            now, person = int(time.time()), asked["person"]
            lifetime = BRIEF_S if person == "brief" else TOKEN_LIFETIME_S
            claims = {
                "iss": self.issuer,
                "aud": CLIENT,
                "sub": person,
                "iat": now,
                "exp": now + lifetime,
                "nonce": asked["nonce"],
            }
            signed = jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims | PEOPLE[person], KEY, algorithms=["RS256"])
            self.give(
                {
                    "access_token": secrets.token_urlsafe(),
                    "token_type": "Bearer",
                    "expires_in": lifetime,
                    "id_token": signed,
                }
            )

    def redirect(self, url: str) -> None:
        self.send_response(302)
        self.send_header("Location", url)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def give(self, content: dict | str, status: int = 200) -> None:
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8" if isinstance(content, str) else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments) -> None:
        """The test's output stays its own."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()
