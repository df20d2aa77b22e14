# shellcheck shell=bash
# The bus answers nothing for longer than a lease. Workers that run are not disturbed, not by an agent that is
# killed meanwhile either; a flip away ends them by their guard, and the node says why it is not ready then. An
# answer that comes late to a start changes nothing.
remember
put_bus_proxy "$FROM"
worker=$(worker_pid "$FROM")
bus_does "$FROM" "swallow *"
beats() { ask "select beat from jobflip_data.node_beat where node = '$FROM'"; }
outlast_a_lease() { # a beat every 400 ms, and a lease of 3 s
  local had
  had=$(beats)
  until_true 20 "beats for longer than a lease" "select beat > $had + 9 from jobflip_data.node_beat
    where node = '$FROM'"
  must_go_on
  [[ $(worker_pid "$FROM") == "$worker" ]] || wrong "the worker was started again"
}
outlast_a_lease
kill_agent "$FROM"
outlast_a_lease
say "silent for two leases and a kill of the agent: the same worker, under the same epoch"

flip_mail "its bus is silent" --from "$FROM"
await_move 15
until_done 20 "the silence to be noticed" bus_did "$FROM" "swallow Hello"
until_done 20 "the status to say why" eval "verb status mail --format json | grep -qF 'the system bus does not answer'"
bus_does "$FROM"
until_ready 40 "$FROM"

# late answers are answers
node=$FROM
remember
bus_does "$node" "delay 600 StartUnit"
flip_mail "its bus is slow" --to "$node"
await_move 15
until_done 10 "the answer to be late" bus_did "$node" "delay StartUnit"
remember
[[ $FROM == "$node" ]] || wrong "$FROM holds the pool, and not $node"
must_go_on
bus_does "$node"
take_bus_proxy_away "$node"
