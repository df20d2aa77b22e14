# shellcheck shell=bash
# A host's bus, with bus_proxy between it and the agent: the proxy changes the bus's answers on
# demand.

put_bus_proxy() { # put_bus_proxy NODE: kills the agent; the next one goes through the proxy
  local root
  root=$(root_of "$1")
  install -m 755 "$HOSTS_BUILD/tests/bus_proxy" "$root/usr/local/bin/bus_proxy"
  inside "$1" systemctl stop bus-proxy 2>/dev/null || true # a failed scenario may have left one
  # Runs as the agent's own user, because the bus and polkit check the peer.
  inside "$1" systemd-run --quiet --unit=bus-proxy --property=User=jobflip --property=RuntimeDirectory=bus-proxy \
    /usr/local/bin/bus_proxy /run/bus-proxy/bus /run/bus-proxy/mode /run/bus-proxy/done
  until_done 5 "the proxy of the bus" inside "$1" test -S /run/bus-proxy/bus
  mkdir -p "$root/etc/systemd/system/jobflip-agent.service.d"
  printf '[Service]\nEnvironment=DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/bus-proxy/bus\n' \
    >"$root/etc/systemd/system/jobflip-agent.service.d/bus.conf"
  inside "$1" systemctl daemon-reload
  kill_agent "$1"
}

take_bus_proxy_away() {
  rm "$(root_of "$1")/etc/systemd/system/jobflip-agent.service.d/bus.conf"
  inside "$1" systemctl daemon-reload
  kill_agent "$1"
  inside "$1" systemctl stop bus-proxy
}

bus_does() { # bus_does NODE [RULE...]: from now on; without a rule every answer passes
  local node=$1
  shift
  inside "$node" sh -c 'printf "%s\n" "$@" >/run/bus-proxy/next && mv /run/bus-proxy/next /run/bus-proxy/mode' \
    rules "$@"
}

bus_did() { inside "$1" grep -qx -- "$2" /run/bus-proxy/done; } # bus_did NODE "swallow StartUnit"
