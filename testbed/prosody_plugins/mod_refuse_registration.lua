-- Refuse to make accounts, for a reason that is this server's own.

module:hook("user-registering", function (event)
	event.allowed = false;
	event.reason = "Not on a Tuesday";
end);
