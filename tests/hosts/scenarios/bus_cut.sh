# shellcheck shell=bash
# The connection to the bus is cut in the middle of a stop, again and again, and the bus is
# restarted. The unit is stopped all the same, no other node works beside it, and the node is ready
# again once the bus answers.
remember
node=$(another "$FROM")
root=$(root_of "$node")
put_bus_proxy "$node"
slow=$root/etc/systemd/system/mail-worker.service.d/slow.conf
printf '[Service]\nExecStartPre=/usr/bin/sleep 20\n' >"$slow"
inside "$node" systemctl daemon-reload
until_ready 30 "$node"

# The start gets no answer, so the unit is stopped. That stop is cut, and so is each check of its
# result.
bus_does "$node" "swallow StartUnit" "cut StopUnit LoadUnit"
flip_mail "its bus is cut" --to "$node"
until_done 20 "the stop to be cut" bus_did "$node" "cut StopUnit"
until_done 10 "the reason in the status" eval "verb status mail --format json |
  grep -qF 'unit mail-worker.service may be starting: waiting for its stop'"
inside "$node" systemctl stop dbus.socket dbus.service
inside "$node" systemctl start dbus.socket
bus_does "$node"
until_ready 30 "$node"
is_state "$node" mail-worker active && wrong "the stopped unit is running"

# The same for running workers: the flip back is cut each time it asks the bus to stop something.
rm "$slow"
inside "$node" systemctl daemon-reload
until_done 30 "the pool to be healthy" is_healthy
flip_to_and_from() {
  remember
  flip_mail "$2" --to "$1"
  await_move 15
}
[[ $(holder) == "$node" ]] || flip_to_and_from "$node" "there, with the bus"
inside "$node" rm -f /run/bus-proxy/done
bus_does "$node" "cut StopUnit"
flip_to_and_from "$(another "$node")" "back, without it"
until_done 20 "the stop to be cut" bus_did "$node" "cut StopUnit"
bus_does "$node"
until_ready 40 "$node"
take_bus_proxy_away "$node"
