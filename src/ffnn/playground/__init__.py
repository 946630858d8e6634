"""A page in the browser in which a network trains: its server, its sessions and the page itself."""
