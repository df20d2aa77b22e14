#pragma once
/// The driver on a bus of the caller's choice.

#include <memory>

#include "host/unit_bus.hpp"
#include "jobflip/host/systemd_host.hpp"

namespace jobflip::host {

/// `cgroup_root`: where the version 2 hierarchy is mounted.
std::unique_ptr<ports::WorkerHost> make_systemd_host_on(std::unique_ptr<UnitBus> bus,
                                                        SystemdSettings settings,
                                                        std::string cgroup_root = "/sys/fs/cgroup");

}  // namespace jobflip::host
