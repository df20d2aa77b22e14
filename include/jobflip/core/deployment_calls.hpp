#pragma once
/// The calls about deployments: what people and CI mark, and what a reader asks for
/// (ports/operator_store.hpp and reader_store.hpp have the rules).

#include <optional>
#include <string>
#include <string_view>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/time.hpp"
#include "jobflip/core/deployment.hpp"

namespace jobflip::core {

/// Every mark may be repeated: what has been done already changes nothing.
struct DeploymentMark {
  enum class What { start, done, rollback };
  PoolName pool;
  What what{};
  std::string version{};  // of a start; else "" or the version of the deployment that is meant
  // of a rollback
  bool flip_back{false};  // if there was a planned flip
  Uuid request{};         // of that flip: a repeated request gets the same answer
  std::string evidence{};
  bool stalled{false};  // the pool is STALLED, so the drain is short
};
std::string_view name_of(DeploymentMark::What what) noexcept;  // "start", "done", "rollback"

/// Not accepted: refused by `rule`. Accepted but not changed: already in that state.
struct DeploymentAnswer {
  bool accepted{false};
  bool changed{false};
  std::string rule;
  std::string sentence;
  std::int64_t deployment{};  // 0: there is none
  std::optional<FlipId> flip_back{};
  std::string flip_rule{};      // the rule that forbids the flip back; "": none does
  std::string flip_sentence{};  // of the flip back, or why there is none; "": none was wanted
};

struct DeploymentQuery {
  PoolName pool{};                  // empty: all
  std::optional<WallTime> since{};  // started at that time or later
  std::optional<WallTime> until{};  // before that time
  int limit{20};
};

/// "" if a deployment may have this version, else what is wrong with it: "is missing or empty".
std::string why_not_a_version(std::string_view version);

}  // namespace jobflip::core
