# shellcheck shell=bash
# The bus answers nothing for longer than a lease. Running workers are not disturbed, even if the
# agent is killed during that time. If the pool is flipped away, the guard ends the workers, and
# the node reports why it is not ready. A late answer to a start changes nothing.
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
  [[ $(worker_pid "$FROM") == "$worker" ]] || wrong "the worker was restarted"
}
outlast_a_lease
kill_agent "$FROM"
outlast_a_lease
say "silent for two leases and a kill of the agent: the same worker, under the same epoch"

flip_mail "its bus is silent" --from "$FROM"
await_move 15
until_done 20 "the silence to be noticed" bus_did "$FROM" "swallow Hello"
until_done 20 "the reason in the status" eval "verb status mail --format json | grep -qF 'the system bus does not answer'"
bus_does "$FROM"
until_ready 40 "$FROM"

# A late answer must work like any other.
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
