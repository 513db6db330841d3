"""The link to a server: the client, the connection kept, what is asked over it, the roster."""
