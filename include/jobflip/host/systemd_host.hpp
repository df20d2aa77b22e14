#pragma once
/// Workers that are a systemd service, whose ExecStart is the guard:
///
///   [Service]
///   Type=notify
///   ExecStart=/usr/bin/jobflip guard --page /run/jobflip/mail.lease --pool mail --node job1
///       -- /usr/bin/email-worker
///   KillMode=mixed
///   Delegate=yes
///
/// The lease goes into the page first, then the unit is started: a start by a boot, a Restart= or
/// an operator finds no live lease and starts nothing. The fence does not depend on systemd: the
/// guard ends its workers by itself. Properties that would break that are refused by name. The
/// guard must run as the agent's user, or as root, to reach the page.

#include <memory>
#include <string>

#include "jobflip/base/ids.hpp"
#include "jobflip/ports/worker_host.hpp"

namespace jobflip::host {

struct SystemdSettings {
  PoolName pool;
  NodeName node;
  std::string runtime_dir;
  std::string unit;  // "email-worker.service"
};

/// Never fails: prepare() and status() report what is wrong with the unit or this machine.
std::unique_ptr<ports::WorkerHost> make_systemd_host(SystemdSettings settings);

}  // namespace jobflip::host
