"""The front door: sign-in, sessions, headers, compression and routes, as plain ASGI."""
