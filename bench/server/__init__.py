"""The app's real server, and visitors who speak its protocol: `python -m bench.server`."""
