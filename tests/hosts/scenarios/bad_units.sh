# shellcheck shell=bash
# A node whose worker's unit can't do is not ready, says why in `jobflip status`, and is ready again once
# it is mended: a unit that does not exist, one that is masked, a bus that is gone, a missing polkit rule, a
# polkit that hangs.
# What was armed before is looked at again when it is to start, so the agent is started again here.
remember
node=$(another "$FROM")
root=$(root_of "$node")
not_ready_because() { # not_ready_because TEXT
  until_done 20 "\"$1\" in the status" eval "verb status still --format json | grep -qF -- '$1'"
}
ready_again() { until_ready 30 "$node" mail still; }

sed -i 's,still-worker.service,no-such-worker.service,' "$root/etc/jobflip/agent.toml"
inside "$node" systemctl restart jobflip-agent
not_ready_because 'unit no-such-worker.service'
sed -i 's,no-such-worker.service,still-worker.service,' "$root/etc/jobflip/agent.toml"
inside "$node" systemctl restart jobflip-agent
ready_again
say "a unit that does not exist: said, mended"

inside "$node" systemctl mask --quiet still-worker
inside "$node" systemctl restart jobflip-agent
not_ready_because 'masked'
inside "$node" systemctl unmask --quiet still-worker
ready_again
say "a masked unit: said, mended"

inside "$node" systemctl stop dbus.socket dbus.service
inside "$node" systemctl restart jobflip-agent
not_ready_because 'cannot reach the system bus'
inside "$node" systemctl start dbus.socket
ready_again
say "no bus: said, mended"

# the rule lets the agent's user start its own units, and no other
inside "$node" runuser -u jobflip -- systemctl --no-ask-password start systemd-hostnamed 2>"$HOSTS_STATE/said" &&
  wrong "the agent's user may start any unit"
inside "$node" runuser -u jobflip -- systemctl --no-ask-password kill mail-worker 2>>"$HOSTS_STATE/said" &&
  wrong "the agent's user may signal the worker's unit"

mv "$root/etc/polkit-1/rules.d/50-jobflip.rules" "$root/root/"
inside "$node" systemctl restart polkit
inside "$node" systemctl restart jobflip-agent
not_ready_because 'mail: StopUnit mail-worker.service'
not_ready_because 'jobflip adopt --polkit'
mv "$root/root/50-jobflip.rules" "$root/etc/polkit-1/rules.d/"
inside "$node" systemctl restart polkit
ready_again
say "no polkit rule: said, mended"

# an authority that hangs is found out before a lease is taken, not after
inside "$node" systemctl kill --signal=SIGSTOP polkit
inside "$node" systemctl restart jobflip-agent
not_ready_because 'no answer within 1 s'
inside "$node" systemctl kill --signal=SIGCONT polkit
ready_again
say "polkit that hangs: said, mended"
