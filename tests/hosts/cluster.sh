# shellcheck shell=bash
# The cluster: hosts with a real systemd as PID 1 on this machine, and the faults that can hit a
# host.
#
# A host's root is an overlay over this machine's /. Whatever is installed here is installed there,
# and what the host writes stays in a separate layer in memory. Each host has
#   - a network namespace with one link to a bridge that leads nowhere else;
#   - its own cgroup (version 2). Without it all hosts would share the machine's cgroup, and a
#     cgroup.kill on one host would end the workers of another. The cgroup also freezes a host and
#     cuts its power: at once, from outside, whatever runs on it.
# All hosts share the machine's clocks, so that their evidence can be compared.

HOSTS_STATE=/run/jobflip-hosts
HOSTS_BRIDGE=jfht0
HOSTS_NET=10.80.0
# The PostgreSQL version whose cluster a host uses: the newest one on this machine.
export HOSTS_PG
HOSTS_PG=$(find /etc/postgresql -mindepth 1 -maxdepth 1 -printf "%f\n" 2>/dev/null | sort -V | tail -n 1)
HOSTS_EVIDENCE=$HOSTS_STATE/evidence
HOSTS_CGROUPS=$HOSTS_STATE/cgroup

declare -A HOST_NUMBERS=([job1]=11 [job2]=12 [job3]=13 [clone]=14 [db1]=21 [db2]=22)

# Pure cgroup v2 inside, as in Debian 12: Delegate=, cgroup.kill and cgroup.events work.
export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1

address() { echo "$HOSTS_NET.${HOST_NUMBERS[$1]}"; }
root_of() { echo "$HOSTS_STATE/host/$1/root"; }
cgroup_of() { echo "$HOSTS_CGROUPS/jfht-$1"; }
is_up() { [[ -d $(cgroup_of "$1")/payload ]] && grep -qx 'populated 1' "$(cgroup_of "$1")/cgroup.events"; }

missing_cluster() { # prints what this machine lacks; prints nothing if it has everything
  if [[ $(id -u) -ne 0 ]]; then echo "not root" && return; fi
  local tool probe=$HOSTS_STATE/probe
  for tool in systemd-nspawn nft ip dbus-uuidgen nsenter; do
    command -v "$tool" >/dev/null || { echo "$tool is not there" && return; }
  done
  mkdir -p "$probe"/{layer,root}
  if ! mount -t tmpfs tmpfs "$probe/layer" 2>/dev/null; then echo "no right to mount" && return; fi
  mkdir "$probe"/layer/{upper,work}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$probe/layer/upper,workdir=$probe/layer/work" \
    "$probe/root" 2>/dev/null || echo "no overlay over /"
  umount -q "$probe/root" || true
  umount -q "$probe/layer" || true
  rm -r "$probe"
  ip netns add jfht-probe 2>/dev/null || echo "no network namespaces"
  ip netns del jfht-probe 2>/dev/null || true
  [[ -e /sys/fs/cgroup/cgroup.controllers || -e /sys/fs/cgroup/unified/cgroup.procs ]] ||
    grep -q cgroup2 /proc/filesystems || echo "no cgroups of version 2"
}

lay_cluster() {
  mkdir -p "$HOSTS_STATE/host" "$HOSTS_CGROUPS" "$HOSTS_EVIDENCE/workers"
  chmod 1777 "$HOSTS_EVIDENCE/workers"
  mount -t cgroup2 jobflip-hosts "$HOSTS_CGROUPS"
  ip link add "$HOSTS_BRIDGE" type bridge
  ip addr add "$HOSTS_NET.1/24" dev "$HOSTS_BRIDGE"
  ip link set "$HOSTS_BRIDGE" up
}

make_host() { # its layer, its name, its link; services that the machine's image enables are not started
  local name=$1 at=$HOSTS_STATE/host/$1 number=${HOST_NUMBERS[$1]} root wants other
  root=$(root_of "$name")
  mkdir "$at"
  mount -t tmpfs -o size=2g tmpfs "$at"
  mkdir "$at"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=/,upperdir=$at/upper,workdir=$at/work" "$root"
  rm -f "$root/etc/machine-id"
  dbus-uuidgen >"$root/etc/machine-id"
  wants=$root/etc/systemd/system/multi-user.target.wants
  rm -rf "$wants" "$root/var/log/journal" "$root/etc/jobflip"
  # No package index, so that apt treats the installed packages as the newest ones.
  rm -rf "$root"/var/lib/apt/lists/*
  rm -f "$root/usr/sbin/policy-rc.d" # the image of this machine may forbid packages to start services
  mkdir -p "$wants"
  echo "$name" >"$root/etc/hostname"
  {
    echo "127.0.0.1 localhost"
    for other in "${!HOST_NUMBERS[@]}"; do echo "$(address "$other") $other"; done
  } >"$root/etc/hosts"
  ip netns add "jfht-$name"
  ip link add "jfht-c$number" type veth peer name eth0 netns "jfht-$name"
  ip link set "jfht-c$number" master "$HOSTS_BRIDGE" up
  ip -n "jfht-$name" addr add "$(address "$name")/24" dev eth0
  ip -n "jfht-$name" link set eth0 up
  ip -n "jfht-$name" link set lo up
}

boot() { # boot NAME...: creates missing hosts; returns when all of them have booted
  local name
  for name in "$@"; do
    [[ -d $HOSTS_STATE/host/$name ]] || make_host "$name"
    mkdir -p "$(cgroup_of "$name")"
    (
      echo "$BASHPID" >"$(cgroup_of "$name")/cgroup.procs"
      exec systemd-nspawn --quiet -D "$(root_of "$name")" --register=no --keep-unit --boot \
        --console=pipe --machine="$name" --hostname="$name" \
        --network-namespace-path="/run/netns/jfht-$name" \
        --bind="$HOSTS_EVIDENCE/workers:/var/lib/mail-worker"
    ) >>"$HOSTS_STATE/host/$name/console.log" 2>&1 </dev/null 9>&- &
    echo $! >"$HOSTS_STATE/host/$name/pid"
    disown
  done
  for name in "$@"; do
    until_done 60 "$name to boot" has_booted "$name"
  done
}

has_booted() { # "degraded": an enabled unit has failed; a worker's unit does so at boot
  [[ $(inside "$1" systemctl is-system-running --wait) =~ ^(running|degraded)$ ]]
}

inside() { # inside NAME COMMAND...: runs the command on that host as root
  local nspawn leader
  nspawn=$(cat "$HOSTS_STATE/host/$1/pid" 2>/dev/null) && leader=$(pgrep -o -P "$nspawn") || return 125
  shift
  nsenter -t "$leader" -m -u -i -n -p -C -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "$@"
}

cut_off() { ip link set "jfht-c${HOST_NUMBERS[$1]}" down; }

half_cut_off() { # half_cut_off NAME: the store's answers are dropped, the host's packets pass
  ip netns exec "jfht-$1" nft -f - <<'RULES'
table inet jfht {
  chain input { type filter hook input priority 0; tcp sport 5432 drop; }
}
RULES
}

heal() {
  ip link set "jfht-c${HOST_NUMBERS[$1]}" up
  ip netns exec "jfht-$1" nft delete table inet jfht 2>/dev/null || true
}

freeze() { # like pausing a virtual machine, except that its clock goes on
  echo 1 >"$(cgroup_of "$1")/cgroup.freeze"
  until_done 10 "$1 to be frozen" grep -qx 'frozen 1' "$(cgroup_of "$1")/cgroup.events"
}

thaw() {
  printf '%s\t%s\n' "$1" "$(boot_ns)" >>"$HOSTS_EVIDENCE/thaws.tsv"
  echo 0 >"$(cgroup_of "$1")/cgroup.freeze"
}

crash() { # cuts its power: everything on it ends at once
  echo 1 >"$(cgroup_of "$1")/cgroup.kill"
  until_done 20 "$1 to be dead" grep -qx 'populated 0' "$(cgroup_of "$1")/cgroup.events"
  find "$(cgroup_of "$1")" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
}

reboot_host() { # like `reboot`: PID 1 stops every unit, and the host boots again
  local pid
  pid=$(cat "$HOSTS_STATE/host/$1/pid")
  inside "$1" systemctl poweroff || true
  until_done 90 "$1 to power off" eval "! kill -0 $pid 2>/dev/null"
  crash "$1"
  boot "$1"
}

boot_ns() { # CLOCK_BOOTTIME, to 10 ms
  local up rest
  read -r up rest </proc/uptime
  echo "${up/./}0000000"
}

remove_hosts() {
  local name at
  for at in "$HOSTS_CGROUPS"/jfht-*; do
    [[ -e $at/cgroup.kill ]] || continue
    crash "${at##*/jfht-}" || true
    rmdir "$at" || true
  done
  for name in $(ip netns list 2>/dev/null | sed -n 's/^\(jfht-[a-z0-9]*\).*/\1/p'); do
    ip netns del "$name" || true
  done
  for at in "$HOSTS_STATE"/host/*; do
    [[ -d $at ]] || continue
    umount -q -l "$at/root" || true
    umount -q -l "$at" || true
    rmdir "$at" || true
  done
}

end_cluster() { # removes everything that a run made, including one that was killed
  remove_hosts
  if mountpoint -q "$HOSTS_CGROUPS"; then umount -l "$HOSTS_CGROUPS"; fi
  ip link del "$HOSTS_BRIDGE" 2>/dev/null || true
  rm -rf --one-file-system "$HOSTS_STATE"
}
