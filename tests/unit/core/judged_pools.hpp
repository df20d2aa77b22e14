#pragma once
/// Pools and queues as pool_judgement.hpp sees them, and cases of what it makes of them.

#include <gtest/gtest.h>
#include <functional>
#include "jobflip/core/pool_judgement.hpp"

namespace jobflip::core {

inline QueueCondition queue(const char* name, bool stuck, const char* database = "jobs") {
  QueueCondition out;
  out.queue = QueueName::of(name);
  out.database = database;
  out.stuck = stuck;
  out.completes = !stuck;
  return out;
}

inline PoolCondition pool(const char* name, const char* holder,
                          std::vector<QueueCondition> queues) {
  return {PoolName::of(name), NodeName::of(holder), std::move(queues)};
}

struct Case {
  const char* name;
  std::vector<PoolCondition> all;  // the first one is judged
  Cause cause;
  bool flip_may_help;
  const char* says;
};

inline void expect_judged(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    const auto judged = judge_pool(one.all.front(), one.all);
    EXPECT_EQ(judged.cause, one.cause) << name_of(judged.cause);
    EXPECT_EQ(judged.flip_may_help, one.flip_may_help);
    EXPECT_NE(judged.sentence.find(one.says), std::string::npos) << judged.sentence;
    if (one.cause == Cause::none) continue;
    EXPECT_EQ(judged.sentence.find("a flip would not help") == std::string::npos, one.flip_may_help)
        << judged.sentence;
  }
}

}  // namespace jobflip::core
