-- Lie, as a test orders on the console (testbed/lying.py): what this server passes on is held back,
-- replaced, told again or made up.

local filters = require "prosody.util.filters";
local json = require "prosody.util.json";
local st = require "prosody.util.stanza";
local xml = require "prosody.util.xml";

local lies, caught = {}, {};
local made_up = false; -- what goes out right now

prosody.lying = {};

local function is_about(lie, text)
	for _, part in ipairs(lie.texts) do
		if not text:find(part, 1, true) then return false; end
	end
	return true;
end

-- Plain text, and neither is a pattern.
local function replaced(text, first, last, new)
	local begin, middle = text:find(first, 1, true);
	local _, finish = text:find(last, (middle or #text) + 1, true);
	if not finish then return text; end
	return text:sub(1, begin - 1)..new..replaced(text:sub(finish + 1), first, last, new);
end

local function lie_in(way, stanza, session)
	if made_up or not st.is_stanza(stanza) then return stanza; end
	local text = tostring(stanza);
	for _, lie in ipairs(lies) do
		if lie.way == way and lie.times > 0 and is_about(lie, text) then
			lie.times = lie.times - 1;
			table.insert(caught, text);
			if lie.act == "replace" then
				return xml.parse(replaced(text, lie.first, lie.last, lie.new));
			elseif lie.act == "hold" then
				if way == "in" and stanza.name == "iq" then session.send(st.reply(stanza)); end
				return nil;
			end
		end
	end
	return stanza;
end

local function outgoing(stanza, session) return lie_in("out", stanza, session); end
local function incoming(stanza, session) return lie_in("in", stanza, session); end

filters.add_filter_hook(function (session)
	filters.add_filter(session, "stanzas/out", outgoing);
	filters.add_filter(session, "stanzas/in", incoming);
end);

function prosody.lying.lie(order)
	table.insert(lies, json.decode(order));
	return "done";
end

function prosody.lying.caught()
	return #caught == 0 and "[]" or json.encode(caught);
end

function prosody.lying.be_honest()
	lies, caught = {}, {};
	return "done";
end

function prosody.lying.make_up(text)
	made_up = true;
	prosody.core_post_stanza(prosody.hosts[module.host], xml.parse(text));
	made_up = false;
	return "done";
end

function prosody.lying.affiliate(user, node, jid, affiliation)
	local service = module:depends("pep").get_pep_service(user);
	local done, reason = service:set_affiliation(node, true, jid, affiliation);
	return done and "done" or reason;
end
