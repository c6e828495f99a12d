"""Routes and sockets: authenticate, authorise, call one domain method, answer."""
