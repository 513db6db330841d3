-- State what this server does with what passes through it (XEP-0504), as its host's options say.

local form = require "prosody.util.dataforms".new({
	{ name = "FORM_TYPE", type = "hidden", value = "urn:xmpp:data-policy:0" };
	{ name = "data_retention", type = "text-single" };
	{ name = "backup_retention", type = "text-single" };
	{ name = "data_deletion", type = "boolean" };
	{ name = "full_erasure", type = "boolean" };
	{ name = "encryption_at_rest", type = "boolean" };
	{ name = "access_policy", type = "list-multi" };
	{ name = "tos", type = "text-single" };
});

local stated = module:get_option("data_policy") or {};

module:add_extension(form:form(stated, "result"));
