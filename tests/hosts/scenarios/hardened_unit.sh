# shellcheck shell=bash
# A hardened unit behind a guard that runs as root. The guard loads nothing that the unit's
# environment names, the worker has only the rights of its unit and none of its guard's, and an
# environment file that anybody may write is refused.
until_true 20 "no flip" "select open_flip is null from jobflip_data.pool where name = 'still'"
to=$(another "$(holder still)")
root=$(root_of "$to")
drop_in=$root/etc/systemd/system/still-worker.service.d/10-hard.conf
library=$(find /usr/lib /lib -name 'libz.so.1.*' | head -n 1)
[[ -n $library ]] || wrong "found no library to load"
adopt() {
  inside "$to" jobflip adopt still-worker.service --pool still --watchdog 900ms --yes >"$HOSTS_STATE/output" 2>&1
}
mkdir -p "${drop_in%/*}"
cat >"$drop_in" <<'UNIT'
[Service]
User=daemon
EnvironmentFile=/etc/still-worker.env
CapabilityBoundingSet=CAP_CHOWN
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources @memlock
UNIT
echo "LD_PRELOAD=$library" >"$root/etc/still-worker.env"
chmod 666 "$root/etc/still-worker.env"
adopt && wrong "adopted a unit whose environment anybody may write"
must_contain "/etc/still-worker.env: anybody may write it" "$HOSTS_STATE/output"
chmod 644 "$root/etc/still-worker.env"
adopt || { cat "$HOSTS_STATE/output" && wrong "the unit was not adopted"; }

flip_still "to a hardened unit" "$to"
until_done 10 "its worker to run" is_state "$to" still-worker.service active
guard=$(main_pid "$to" still-worker.service)
worker=$(worker_pid "$to" still-worker.service)
inside "$to" grep -q libz "/proc/$worker/maps" || wrong "the worker's own environment does not reach it"
inside "$to" grep -q libz "/proc/$guard/maps" && wrong "the guard, which is root, loads the unit's LD_PRELOAD"
inside "$to" cat "/proc/$guard/status" >"$HOSTS_STATE/output"
must_contain $'Uid:\t0' "$HOSTS_STATE/output"
inside "$to" cat "/proc/$worker/status" >"$HOSTS_STATE/output"
for line in $'Uid:\t1\t1\t1\t1' $'CapBnd:\t0000000000000001' $'CapEff:\t0000000000000000' $'NoNewPrivs:\t1'; do
  must_contain "$line" "$HOSTS_STATE/output"
done
# One filter more than its guard has: what the drop-in allowed is forbidden again.
filters() { inside "$to" sed -n 's/^Seccomp_filters:[[:space:]]*//p' "/proc/$1/status"; }
(($(filters "$worker") > $(filters "$guard"))) || wrong "the worker may call what only its guard needs"

rm "$drop_in" "$root/etc/still-worker.env"
adopt || { cat "$HOSTS_STATE/output" && wrong "the original unit was not adopted"; }
flip_still "back to a plain unit"
