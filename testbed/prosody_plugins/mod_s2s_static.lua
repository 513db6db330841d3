-- Find other servers in the configuration instead of the DNS:
--   s2s_static_targets = { ["coop.test"] = 25269 }   -- a port of the loopback

local basic_resolver = require "prosody.net.resolvers.basic";

local targets = module:get_option("s2s_static_targets", {});

module:hook("s2sout-pre-connect", function (event)
	local port = targets[event.session.to_host];
	if port then
		event.resolver = basic_resolver.new("127.0.0.1", port, "tcp", { use_ipv6 = false });
	end
end);
