#pragma once
/// What one run of `doctor` gathers, and the part of it that checks this host.

#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "jobflip/core/snapshot.hpp"
#include "jobflip/setup/doctor.hpp"

namespace jobflip::cli {

struct Visit {
  setup::Findings findings;
  std::vector<std::string> checked;  // what was checked
  std::vector<std::string> left;     // what was not, and why
  std::optional<core::Snapshot> snapshot;
  bool store_reached{false};
  std::optional<std::vector<core::ChainHead>> anchors;  // of --anchors

  void add(setup::Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  }
  void could_not(const std::string& what, const Error& why) {
    left.push_back(what + ": " + why.text + (why.hint.empty() ? "" : " (" + why.hint + ")"));
  }
};

/// The agent's and the supervisor's files, the units, the processes, the folders. An exit code if a
/// file that was named can't be read.
std::optional<ExitCode> look_at_host(Session& session, Visit& visit);

}  // namespace jobflip::cli
