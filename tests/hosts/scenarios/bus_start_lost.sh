# shellcheck shell=bash
# The answer to StartUnit is lost, and the start succeeds. Workers that are seen to run continue
# under their lease. If nobody knows whether they run, the node says so and releases the lease only
# after their unit was stopped and seen idle. If the bus stays silent, the lease is not released at
# all.
remember
node=$(another "$FROM")
root=$(root_of "$node")
put_bus_proxy "$node"
ready() {
  until_true 30 "no flip to be open" "select not exists (select from jobflip_data.pool where open_flip is not null)"
  until_ready 30 "$node" mail still
}
flip_here() { # flip_here WHY: sets $took to the epoch that the node then takes
  ready
  took=$(epoch)
  flip_mail "$1" --to "$node"
  until_true 15 "$node to take the pool" "select epoch > $took and holder = '$node'
    from jobflip_data.pool_owner where pool = 'mail'"
  took=$(epoch)
}
releases() { ask "select count(*) from jobflip_data.audit_event where kind = 'lease_released' and epoch = $took"; }

ready
bus_does "$node" "swallow StartUnit"
flip_here "its start gets no answer"
until_done 10 "the answer to be lost" bus_did "$node" "swallow StartUnit"
until_true 15 "its workers to commit" "select count(*) > 20 from app.done where epoch = $took"
[[ $(epoch) == "$took" && $(releases) == 0 ]] || wrong "the lease of running workers was released"
say "workers that are seen to run continue under epoch $took"

# A slow unit: there is no guard yet when the call fails.
bus_does "$node"
remember
flip_mail "back" --from "$node"
await_move 15
slow=$root/etc/systemd/system/mail-worker.service.d/slow.conf
printf '[Service]\nExecStartPre=/usr/bin/sleep 20\n' >"$slow"
inside "$node" systemctl daemon-reload

flip_silent() { # flip_silent RULE...: returns when the answer to the start is lost
  ready
  inside "$node" rm -f /run/bus-proxy/done
  bus_does "$node" "$@"
  flip_here "its unit is slow, and the bus: $*"
  until_done 10 "the answer to be lost" bus_did "$node" "swallow StartUnit"
}
flip_silent "swallow StartUnit"
until_true 15 "the release" "select count(*) = 1 from jobflip_data.audit_event where kind = 'lease_released' and
  epoch = $took and node = '$node'"
idle=$(inside "$node" systemctl show --timestamp=us+utc --property InactiveEnterTimestamp --value mail-worker)
idle=${idle#* } # without the weekday
[[ $(ask "select min(at) > '$idle' from jobflip_data.audit_event where kind = 'lease_released'
  and epoch = $took") == t ]] || wrong "released before its unit was idle, at $idle"
say "a start in doubt was stopped, and released once its unit was idle"

bus_does "$node"
until_done 30 "the pool to be healthy" is_healthy
flip_silent "swallow StartUnit StopUnit LoadUnit"
until_done 10 "the reason in the status" eval "verb status mail --format json |
  grep -qF 'unit mail-worker.service may be starting: waiting for its stop'"
until_true 30 "another node to work" "select o.holder <> '$node' and o.state = 'held' and o.epoch > $took and
  exists (select from app.done d where d.epoch = o.epoch) from jobflip_data.pool_owner o where pool = 'mail'"
[[ $(releases) == 0 ]] || wrong "released while nobody knew whether its workers ran"
until_done 10 "its unit to be idle" eval "! inside $node pgrep -f 'sleep 20'"
[[ -z $(worker_files "$node" "$took") ]] || wrong "a worker ran under epoch $took"
say "an unknown start and a silent bus: reported, not released, expired"

bus_does "$node"
rm "$slow"
inside "$node" systemctl daemon-reload
ready
take_bus_proxy_away "$node"
