# shellcheck shell=bash
# The connection to the bus is cut in the middle of a stop, again and again, and the bus is restarted. What was
# to be stopped is stopped, nobody works beside it, and the node is ready again once the bus answers.
remember
node=$(another "$FROM")
root=$(root_of "$node")
put_bus_proxy "$node"
slow=$root/etc/systemd/system/mail-worker.service.d/slow.conf
printf '[Service]\nExecStartPre=/usr/bin/sleep 20\n' >"$slow"
inside "$node" systemctl daemon-reload
until_ready 30 "$node"

# the start gets no answer, so it is stopped; that stop is cut, and each look at what became of it
bus_does "$node" "swallow StartUnit" "cut StopUnit LoadUnit"
flip_mail "its bus is cut" --to "$node"
until_done 20 "the stop to be cut" bus_did "$node" "cut StopUnit"
until_done 10 "the status to say why" eval "verb status mail --format json |
  grep -qF 'unit mail-worker.service may be starting: its stop is awaited'"
inside "$node" systemctl stop dbus.socket dbus.service
inside "$node" systemctl start dbus.socket
bus_does "$node"
until_ready 30 "$node"
is_state "$node" mail-worker active && wrong "what was to be stopped runs"

# and of workers that run: the flip back is cut wherever it asks the bus to stop something
rm "$slow"
inside "$node" systemctl daemon-reload
until_done 30 "the pool to be well" is_well
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
