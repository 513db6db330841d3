%% Answer what ejabberd stores, as JSON over HTTP: none of its own commands shows it.
%%   request_handlers: { /storage: testbed_storage }
%%   GET /storage/sync    write to the disk what is not there yet
%%   GET /storage/nodes/USER    the PEP nodes of an account by name
%%   GET /storage/items/USER?node=NODE    the ids of a node's items, oldest first
%%   GET /storage/roster/USER    the roster of an account: address and subscription

-module(testbed_storage).
-export([process/2]).

-include_lib("ejabberd/include/ejabberd_http.hrl").
-include_lib("ejabberd/include/mod_roster.hrl").
-include_lib("ejabberd/include/pubsub.hrl").

process([<<"sync">>], _) ->
    ok = mnesia:sync_log(),
    {200, [{<<"Content-Type">>, <<"application/json">>}], <<"true">>};
process([Table, User], #request{q = Query}) ->
    [Host] = ejabberd_option:hosts(),
    {200, [{<<"Content-Type">>, <<"application/json">>}],
     misc:json_encode(read(Table, {User, Host, <<>>}, Query))}.

read(<<"nodes">>, Owner, _) ->
    Nodes = mnesia:dirty_match_object(#pubsub_node{nodeid = {Owner, '_'}, _ = '_'}),
    maps:from_list([{Name, stored(Node)} || #pubsub_node{nodeid = {_, Name}} = Node <- Nodes]);
read(<<"items">>, Owner, Query) ->
    Name = proplists:get_value(<<"node">>, Query),
    [#pubsub_node{id = Index}] = mnesia:dirty_read(pubsub_node, {Owner, Name}),
    Items = mnesia:dirty_index_read(pubsub_item, Index, #pubsub_item.nodeidx),
    Sorted = lists:keysort(1, [{Time, Id} || #pubsub_item{itemid = {Id, _},
                                                          modification = {Time, _}} <- Items]),
    [Id || {_, Id} <- Sorted];
read(<<"roster">>, {User, Host, _}, _) ->
    Items = mnesia:dirty_index_read(roster, {User, Host}, #roster.us),
    maps:from_list([{jid:encode(Jid), Subscription} || #roster{jid = Jid, subscription =
                                                               Subscription} <- Items]).

stored(#pubsub_node{id = Index, options = Options}) ->
    States = mnesia:dirty_index_read(pubsub_state, Index, #pubsub_state.nodeidx),
    #{config => maps:from_list(Options),
      affiliations => maps:from_list([{jid:encode(Jid), Affiliation}
                                      || #pubsub_state{stateid = {Jid, _}, affiliation =
                                                       Affiliation} <- States,
                                         Affiliation =/= none]),
      subscribers => [jid:encode(Jid) || #pubsub_state{stateid = {Jid, _}, subscriptions =
                                                       [_ | _]} <- States]}.
