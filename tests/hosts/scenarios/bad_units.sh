# shellcheck shell=bash
# A node whose worker's unit is unusable is not ready, and `jobflip status` says why. It is ready
# again once that is fixed. The cases: a unit that does not exist, a masked one, a bus that is
# gone, a missing polkit rule, a polkit that hangs.
# A prepared unit is checked again only when it is to start, so each case restarts the agent.
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
say "a unit that does not exist: reported, fixed"

inside "$node" systemctl mask --quiet still-worker
inside "$node" systemctl restart jobflip-agent
not_ready_because 'masked'
inside "$node" systemctl unmask --quiet still-worker
ready_again
say "a masked unit: reported, fixed"

inside "$node" systemctl stop dbus.socket dbus.service
inside "$node" systemctl restart jobflip-agent
not_ready_because 'cannot reach the system bus'
inside "$node" systemctl start dbus.socket
ready_again
say "no bus: reported, fixed"

# The rule lets the agent's user start only its own units.
inside "$node" runuser -u jobflip -- systemctl --no-ask-password start systemd-hostnamed 2>"$HOSTS_STATE/output" &&
  wrong "the agent's user may start any unit"
inside "$node" runuser -u jobflip -- systemctl --no-ask-password kill mail-worker 2>>"$HOSTS_STATE/output" &&
  wrong "the agent's user may signal the worker's unit"

mv "$root/etc/polkit-1/rules.d/50-jobflip.rules" "$root/root/"
inside "$node" systemctl restart polkit
inside "$node" systemctl restart jobflip-agent
not_ready_because 'mail: StopUnit mail-worker.service'
not_ready_because 'jobflip adopt --polkit'
mv "$root/root/50-jobflip.rules" "$root/etc/polkit-1/rules.d/"
inside "$node" systemctl restart polkit
ready_again
say "no polkit rule: reported, fixed"

# A polkit that hangs is detected before a lease is taken, not afterwards.
inside "$node" systemctl kill --signal=SIGSTOP polkit
inside "$node" systemctl restart jobflip-agent
not_ready_because 'no answer within 1 s'
inside "$node" systemctl kill --signal=SIGCONT polkit
ready_again
say "polkit that hangs: reported, fixed"
